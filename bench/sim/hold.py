"""The HOLD benchmark of hold.ts in SimPy: the same delays, the same work, the same checksum."""

import json
import sys
import time

import simpy

task = json.load(sys.stdin)
delays, pending, events = task["delays"], task["pending"], task["events"]
mask = len(delays) - 1
env = simpy.Environment()
drawn = 0
total = 0


def hold():
    global drawn, total
    while True:
        delay = delays[drawn & mask]
        drawn += 1
        yield env.timeout(delay)
        total += env.now


def step(count):
    for _ in range(count):
        env.step()


for _ in range(pending):
    env.process(hold())
# Each process starts in an event of its own; then one event of each runs unmeasured.
step(2 * pending)
total = 0
start = time.process_time()
step(events)
cpu_ms = 1000 * (time.process_time() - start)
checksum = int(total / 2**20 + 0.5)
print(json.dumps({"events": events, "checksum": checksum, "cpuMs": cpu_ms, "version": simpy.__version__}))
