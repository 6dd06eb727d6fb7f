# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# From measurements of guests, each with its "way", of an odd number of rounds: median
# and range of each time, in milliseconds, and ratios, the medians of the rounds' ratios.
# request: the guest's slowest request to any of its drives; gap: the longest silence of
# the guest, as heard outside; restart: shut down and started again, until it is heard.

def median: sort | .[length / 2 | floor];
def pad($width): " " * ($width - length) + .;
def figure: "\(median | round) (\(min | round)-\(max | round))";
def ratio: . * 1000 | round | "\(. / 1000 | floor).\(. % 1000 | tostring | "0" * (3 - length) + .)";

["none", "one", "four"] as $ways
| . as $guests
| def of($way; $time): [$guests[] | select(.way == $way) | .[$time]];
  def row: (.[0] | . + " " * (22 - length)) + (.[1:] | map(pad(24)) | join(""));
  def ratios($name; numerator; denominator):
    [$name, ($ways[] as $way | [($way | numerator), ($way | denominator)] | transpose | map(.[0] / .[1]) | median | ratio)] | row;
  (["ms", $ways[]] | row),
  (("pause", "request", "gap", "total", "restart") as $time | [$time, (of($ways[]; $time) | figure)] | row),
  ratios("pause to that of none"; of(.; "pause"); of("none"; "pause")),
  ratios("request to pause"; of(.; "request"); of(.; "pause")),
  ratios("gap to restart"; of(.; "gap"); of(.; "restart"))
