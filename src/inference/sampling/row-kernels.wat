;; Passes over one row of logits: 32-bit floats from address 0 on, padded with -Infinity to a multiple of four.
;; WebAssembly's arithmetic is the same on every machine, to the last bit.
(module
  ;; Told of a token whose score may reach the bound; answers with the bound from then on.
  (import "row" "consider" (func $consider (param $token i32) (result f32)))
  (memory (export "memory") 1)

  ;; Greatest logit; NaN if any logit is.
  (func (export "greatest") (param $bytes i32) (result f32)
    (local $at i32) (local $best v128)
    (local.set $best (f32x4.splat (f32.const -inf)))
    (loop $next
      (local.set $best (f32x4.max (local.get $best) (v128.load (local.get $at))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $bytes))))
    (f32.max
      (f32.max (f32x4.extract_lane 0 (local.get $best)) (f32x4.extract_lane 1 (local.get $best)))
      (f32.max (f32x4.extract_lane 2 (local.get $best)) (f32x4.extract_lane 3 (local.get $best)))))

  ;; The first token with this logit; the row must hold it.
  (func (export "firstWith") (param $logit f32) (result i32)
    (local $at i32) (local $wanted v128) (local $mask i32)
    (local.set $wanted (f32x4.splat (local.get $logit)))
    (loop $next
      (local.set $mask (i32x4.bitmask (f32x4.eq (local.get $wanted) (v128.load (local.get $at)))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.eqz (local.get $mask))))
    (i32.add (i32.shr_u (i32.sub (local.get $at) (i32.const 16)) (i32.const 2)) (i32.ctz (local.get $mask))))

  ;; How many logits are greater than this one.
  (func (export "countAbove") (param $bytes i32) (param $logit f32) (result i32)
    (local $at i32) (local $bound v128) (local $counts v128)
    (local.set $bound (f32x4.splat (local.get $logit)))
    (loop $next
      ;; a lane that compares as true is -1
      (local.set $counts
        (i32x4.sub (local.get $counts) (f32x4.gt (v128.load (local.get $at)) (local.get $bound))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $bytes))))
    (i32.add
      (i32.add (i32x4.extract_lane 0 (local.get $counts)) (i32x4.extract_lane 1 (local.get $counts)))
      (i32.add (i32x4.extract_lane 2 (local.get $counts)) (i32x4.extract_lane 3 (local.get $counts)))))

  ;; Writes the tokens whose logit is at least this one behind the row, in ascending order; returns how many.
  (func (export "collect") (param $bytes i32) (param $logit f32) (result i32)
    (local $at i32) (local $to i32) (local $bound v128) (local $mask i32)
    (local.set $bound (f32x4.splat (local.get $logit)))
    (local.set $to (local.get $bytes))
    (loop $next
      (if (local.tee $mask (i32x4.bitmask (f32x4.ge (v128.load (local.get $at)) (local.get $bound))))
        (then
          (loop $lane
            (i32.store
              (local.get $to)
              (i32.add (i32.shr_u (local.get $at) (i32.const 2)) (i32.ctz (local.get $mask))))
            (local.set $to (i32.add (local.get $to) (i32.const 4)))
            (br_if $lane
              (local.tee $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $bytes))))
    (i32.shr_u (i32.sub (local.get $to) (local.get $bytes)) (i32.const 2)))

  ;; exp(x) of four floats from -87 to 0, to 1e-7 of its value: 2^n by the exponent's bits, the rest by Cephes' polynomial.
  (func $exp (param $x v128) (result v128)
    (local $t v128) (local $n v128) (local $r v128)
    ;; adding 1.5 * 2^23 leaves the nearest whole number in the low bits
    (local.set $t
      (f32x4.add
        (f32x4.mul
          (local.tee $x (f32x4.max (local.get $x) (f32x4.splat (f32.const -87))))
          (f32x4.splat (f32.const 1.44269504088896341)))
        (f32x4.splat (f32.const 12582912))))
    (local.set $n (f32x4.sub (local.get $t) (f32x4.splat (f32.const 12582912))))
    (local.set $r
      (f32x4.sub
        (f32x4.sub (local.get $x) (f32x4.mul (local.get $n) (f32x4.splat (f32.const 0.693359375))))
        (f32x4.mul (local.get $n) (f32x4.splat (f32.const -2.12194440e-4)))))
    (f32x4.mul
      (i32x4.add (i32x4.shl (local.get $t) (i32.const 23)) (i32x4.splat (i32.const 0x3f800000)))
      (f32x4.add
        (f32x4.add
          (f32x4.mul
            (f32x4.mul (local.get $r) (local.get $r))
            (f32x4.add
              (f32x4.mul
                (f32x4.add
                  (f32x4.mul
                    (f32x4.add
                      (f32x4.mul
                        (f32x4.add
                          (f32x4.mul
                            (f32x4.add
                              (f32x4.mul (f32x4.splat (f32.const 1.9875691500e-4)) (local.get $r))
                              (f32x4.splat (f32.const 1.3981999507e-3)))
                            (local.get $r))
                          (f32x4.splat (f32.const 8.3334519073e-3)))
                        (local.get $r))
                      (f32x4.splat (f32.const 4.1665795894e-2)))
                    (local.get $r))
                  (f32x4.splat (f32.const 1.6666665459e-1)))
                (local.get $r))
              (f32x4.splat (f32.const 5.0000001201e-1))))
          (local.get $r))
        (f32x4.splat (f32.const 1)))))

  ;; Sum of exp((logit - greatest) / T), added up in 64 bits.
  (func (export "totalWeight") (param $bytes i32) (param $greatest f32) (param $inverseTemperature f32) (result f64)
    (local $at i32) (local $shift v128) (local $scale v128) (local $w v128) (local $low v128) (local $high v128)
    (local.set $shift (f32x4.splat (local.get $greatest)))
    (local.set $scale (f32x4.splat (local.get $inverseTemperature)))
    (loop $next
      (local.set $w
        (call $exp
          (f32x4.mul (f32x4.sub (v128.load (local.get $at)) (local.get $shift)) (local.get $scale))))
      (local.set $low (f64x2.add (local.get $low) (f64x2.promote_low_f32x4 (local.get $w))))
      (local.set $high
        (f64x2.add
          (local.get $high)
          (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $w) (local.get $w)))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $bytes))))
    (local.set $low (f64x2.add (local.get $low) (local.get $high)))
    (f64.add (f64x2.extract_lane 0 (local.get $low)) (f64x2.extract_lane 1 (local.get $low))))

  ;; Sum of exp(logit - greatest) * (logit - greatest), likewise: with the weight itself this gives the entropy.
  (func (export "totalSurprise") (param $bytes i32) (param $greatest f32) (result f64)
    (local $at i32) (local $shift v128) (local $x v128) (local $w v128) (local $low v128) (local $high v128)
    (local.set $shift (f32x4.splat (local.get $greatest)))
    (loop $next
      ;; beyond -87 the product is nothing, and -Infinity times nothing would be NaN
      (local.set $x
        (f32x4.max
          (f32x4.sub (v128.load (local.get $at)) (local.get $shift))
          (f32x4.splat (f32.const -87))))
      (local.set $w (f32x4.mul (local.get $x) (call $exp (local.get $x))))
      (local.set $low (f64x2.add (local.get $low) (f64x2.promote_low_f32x4 (local.get $w))))
      (local.set $high
        (f64x2.add
          (local.get $high)
          (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $w) (local.get $w)))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $bytes))))
    (local.set $low (f64x2.add (local.get $low) (local.get $high)))
    (f64.add (f64x2.extract_lane 0 (local.get $low)) (f64x2.extract_lane 1 (local.get $low))))

  ;; MurmurHash3's 32-bit finaliser (gumbel.ts).
  (func $mix (param $h v128) (result v128)
    (local.set $h
      (i32x4.mul
        (v128.xor (local.get $h) (i32x4.shr_u (local.get $h) (i32.const 16)))
        (i32x4.splat (i32.const 0x85ebca6b))))
    (local.set $h
      (i32x4.mul
        (v128.xor (local.get $h) (i32x4.shr_u (local.get $h) (i32.const 13)))
        (i32x4.splat (i32.const 0xc2b2ae35))))
    (v128.xor (local.get $h) (i32x4.shr_u (local.get $h) (i32.const 16))))

  ;; Hands every token to `consider` whose logit / T + Gumbel noise may reach the bound.
  ;;
  ;; With u < (high + 1) / 2^32 the noise -ln(-ln u) is at most -ln(1 - u) < 32 ln 2 - ln d, d = 2^32 - 1 - high. Of d half is
  ;; taken (it fits a signed integer), and its logarithm from below: a float's bits, read as a whole number, are
  ;; 2^23 (log2 + 127) or more too few. So the noise is below 158 ln 2 - ln 2 / 2^23 * bits.
  (func (export "findScores")
    (param $bytes i32) (param $inverseTemperature f32) (param $key0 i32) (param $key1 i32) (param $bound f32)
    (local $at i32) (local $token v128) (local $h v128) (local $scale v128) (local $bounds v128) (local $mask i32)
    (local $k0 v128) (local $k1 v128)
    (local.set $scale (f32x4.splat (local.get $inverseTemperature)))
    (local.set $bounds (f32x4.splat (local.get $bound)))
    (local.set $k0 (i32x4.splat (local.get $key0)))
    (local.set $k1 (i32x4.splat (local.get $key1)))
    (local.set $token (v128.const i32x4 0 1 2 3))
    (loop $next
      (local.set $h
        (call $mix
          (i32x4.add
            (call $mix
              (v128.xor
                (i32x4.mul (local.get $token) (i32x4.splat (i32.const 0x9e3779b1)))
                (local.get $k0)))
            (local.get $k1))))
      (local.set $h
        (f32x4.sub
          (f32x4.add
            (f32x4.mul (v128.load (local.get $at)) (local.get $scale))
            (f32x4.splat (f32.const 109.517254)))
          (f32x4.mul
            (f32x4.convert_i32x4_s
              (f32x4.convert_i32x4_s (i32x4.shr_u (v128.not (local.get $h)) (i32.const 1))))
            (f32x4.splat (f32.const 8.26295829e-8)))))
      (if (local.tee $mask (i32x4.bitmask (f32x4.ge (local.get $h) (local.get $bounds))))
        (then
          (loop $lane
            (local.set $bounds
              (f32x4.splat
                (call $consider
                  (i32.add (i32.shr_u (local.get $at) (i32.const 2)) (i32.ctz (local.get $mask))))))
            (br_if $lane
              (local.tee $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))))))
      (local.set $token (i32x4.add (local.get $token) (i32x4.splat (i32.const 4))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $bytes))))))
