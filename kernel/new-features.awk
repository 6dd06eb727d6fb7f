# SPDX-License-Identifier: GPL-2.0-only
# Copyright the Orthus for CloudStack authors
#
# usage: awk -f new-features.awk KERNEL-CPUFEATURES-H SOURCE-CPUFEATURES-H
#
# Prints, as C, the X86_FEATURE_* that the source has and the kernel has not. One
# whose number the kernel uses for something else would be that: an error.

$1 != "#define" || $2 !~ /^X86_FEATURE_/ || !match($0, /\( *[0-9]+ *\* *32 *\+ *[0-9]+ *\)/) { next }

{
  number = substr($0, RSTART, RLENGTH)
  gsub(/ /, "", number)
}

NR == FNR {
  known[$2] = 1
  name_of[number] = $2
  next
}

!($2 in known) {
  if (number in name_of)
    print "#error " $2 " of the source is " name_of[number] " in this kernel"
  else
    print "#define " $2 " " number
}
