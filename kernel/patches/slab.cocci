// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: names of slab caches and of the shrinker, which appear in sysfs and
// debugfs; a second cache of one name warns. Caches that
// KMEM_CACHE() names are in include/shadow.

@@
constant char[] name;
@@
- kmem_cache_create(name,
+ kmem_cache_create(ORTHUS_NAME(name),
  	...)

@@
constant char[] name;
@@
- kmem_cache_create_usercopy(name,
+ kmem_cache_create_usercopy(ORTHUS_NAME(name),
  	...)

@@
constant char[] name;
expression flags;
@@
- shrinker_alloc(flags, name)
+ shrinker_alloc(flags, ORTHUS_NAME(name))
