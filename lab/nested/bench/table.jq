# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
#
# From reports of the engine, each with its "way", of an odd number of rounds: median
# and range of each time, in milliseconds, and the ratio of each way to QEMU alone, the
# median of the rounds' ratios. load and settle: of the KVM; total: of the command.

def median: sort | .[length / 2 | floor];
def pad($width): " " * ($width - length) + .;
def figure: if length == 0 then "-" else "\(median | round) (\(min | round)-\(max | round))" end;
def ratio: . * 100 | round | "\(. / 100 | floor).\(. % 100 | tostring | if length < 2 then "0" + . else . end)";

def times: {load: .kvm.loadMs, pause: .vms[0].pauseMs, prepared: .vms[0].preparationMs, settle: .kvm.settleMs, total: .totalMs};

["QEMU", "KVM", "both"] as $ways
| [.[] | {way} + times] as $moves
| def of($way; $time): [$moves[] | select(.way == $way) | .[$time] | values];
  def row: (.[0] | . + " " * (18 - length)) + (.[1:] | map(pad(20)) | join(""));
  (["ms", $ways[]] | row),
  (("load", "pause", "prepared", "settle", "total") as $time | [$time, (of($ways[]; $time) | figure)] | row),
  (("pause", "prepared", "total") as $time
    | of("QEMU"; $time) as $base
    | ["\($time) to QEMU's", ($ways[] as $way | [of($way; $time), $base] | transpose | map(.[0] / .[1]) | median | ratio)]
    | row)
