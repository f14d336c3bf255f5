/**
 * Where nodes are, how far regions lie apart, how fast they are connected: the Bitcoin network of 2019.
 *
 * Source of all figures: the simulator SimBlock (github.com/dsg-titech/simblock), NetworkConfiguration.java, its tables for
 * 2019; used and described in R. Nagayama, R. Banno and K. Shudo, "Identifying Impacts of Protocol and Internet
 * Development on the Bitcoin Network", arXiv:1912.05208 (2020).
 */
export const REGIONS = ["north-america", "europe", "south-america", "asia-pacific", "japan", "australia"] as const;

export type Region = (typeof REGIONS)[number];

/** Share of all nodes, in the order of REGIONS. */
export const NODE_SHARE: readonly number[] = [0.3316, 0.4998, 0.009, 0.1177, 0.0224, 0.0195];

/** Mean one-way latency from region to region in milliseconds, rows and columns in the order of REGIONS; symmetric. */
export const MEAN_LATENCY_MS: readonly (readonly number[])[] = [
  [32, 124, 184, 198, 151, 189],
  [124, 11, 227, 237, 252, 294],
  [184, 227, 88, 325, 301, 322],
  [198, 237, 325, 85, 58, 198],
  [151, 252, 301, 58, 12, 126],
  [189, 294, 322, 198, 126, 16],
];

/** Download and upload bandwidth in bits per second, in the order of REGIONS. */
export const DOWNLOAD_BITS_PER_SECOND: readonly number[] = [52e6, 40e6, 18e6, 22.8e6, 22.8e6, 29.9e6];
export const UPLOAD_BITS_PER_SECOND: readonly number[] = [19.2e6, 20.7e6, 5.8e6, 15.7e6, 10.2e6, 11.3e6];
