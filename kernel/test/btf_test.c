// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * The BTF reader, with blobs made here: a base as of vmlinux, a split one as of
 * a module, then every truncation and many corruptions of both. Run under
 * AddressSanitizer, which sees any read outside of a blob.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/btf.h>

#include "btf.h"

struct blob {
	unsigned char types[1024];
	unsigned int types_size;
	char strings[256];
	unsigned int strings_size;
	/* Where this one's begin, behind those of its base. */
	unsigned int first_string;
};

static unsigned int add_string(struct blob *b, const char *s)
{
	unsigned int at = b->strings_size;

	memcpy(b->strings + at, s, strlen(s) + 1);
	b->strings_size += strlen(s) + 1;
	return b->first_string + at;
}

static void add(struct blob *b, const void *data, size_t size)
{
	memcpy(b->types + b->types_size, data, size);
	b->types_size += size;
}

static void add_type(struct blob *b, unsigned int name, unsigned int kind,
		     unsigned int vlen, unsigned int size_or_type)
{
	struct btf_type t = {
		.name_off = name,
		.info = kind << 24 | vlen,
		.size = size_or_type,
	};

	add(b, &t, sizeof(t));
}

static void add_member(struct blob *b, unsigned int name, unsigned int type,
		       unsigned int bits)
{
	struct btf_member m = { .name_off = name, .type = type, .offset = bits };

	add(b, &m, sizeof(m));
}

/* In memory of exactly its size, so that one byte too far is seen. */
static void *finish(const struct blob *b, size_t *size)
{
	struct btf_header h = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(h),
		.type_len = b->types_size,
		.str_off = b->types_size,
		.str_len = b->strings_size,
	};
	char *data;

	*size = sizeof(h) + b->types_size + b->strings_size;
	data = malloc(*size);
	memcpy(data, &h, sizeof(h));
	memcpy(data + sizeof(h), b->types, b->types_size);
	memcpy(data + sizeof(h) + b->types_size, b->strings, b->strings_size);
	return data;
}

enum { U64 = 2, U32 = 4, FIRST_OF_MODULE = 5 };

/* 1 unsigned long long, 2 u64, 3 unsigned int, 4 u32; and a name in use later. */
static void *make_base(size_t *size, unsigned int *strings, unsigned int *max_asid)
{
	struct blob b = { 0 };
	unsigned int encoding = 64, none;

	none = add_string(&b, "");
	assert(none == 0);
	*max_asid = add_string(&b, "max_asid");
	add_type(&b, add_string(&b, "unsigned long long"), BTF_KIND_INT, 0, 8);
	add(&b, &encoding, sizeof(encoding));
	add_type(&b, add_string(&b, "u64"), BTF_KIND_TYPEDEF, 0, 1);
	encoding = 32;
	add_type(&b, add_string(&b, "unsigned int"), BTF_KIND_INT, 0, 4);
	add(&b, &encoding, sizeof(encoding));
	add_type(&b, add_string(&b, "u32"), BTF_KIND_TYPEDEF, 0, 3);
	*strings = b.strings_size;
	return finish(&b, size);
}

static void *make_module(size_t *size, unsigned int strings, unsigned int max_asid)
{
	struct blob b = { .first_string = strings };
	unsigned int encoding = 1, bits;

	/* 5: a pointer, 6: a bool, 7: the struct, 8: another of the same members */
	add_type(&b, 0, BTF_KIND_PTR, 0, U64);
	add_type(&b, add_string(&b, "_Bool"), BTF_KIND_INT, 0, 1);
	add(&b, &encoding, sizeof(encoding));
	add_type(&b, add_string(&b, "svm_cpu_data"), BTF_KIND_STRUCT, 5, 32);
	add_member(&b, add_string(&b, "asid_generation"), U64, 0);
	add_member(&b, max_asid, U32, 64);
	add_member(&b, add_string(&b, "flag"), FIRST_OF_MODULE + 1, 160);
	add_member(&b, add_string(&b, "pointer"), FIRST_OF_MODULE, 192);
	add_member(&b, add_string(&b, "outside"), U64, 8 * 28);
	/* A struct with bit fields: width in the upper byte. */
	add_type(&b, add_string(&b, "fields"), BTF_KIND_STRUCT, 2, 8);
	((struct btf_type *)(b.types + b.types_size) - 1)->info |= 1u << 31;
	bits = 3u << 24 | 8;
	add_member(&b, add_string(&b, "narrow"), U32, bits);
	add_member(&b, add_string(&b, "whole"), U32, 32);
	return finish(&b, size);
}

static void test_lookup(const struct orthus_btf *btf)
{
	unsigned int offset = 99;

	assert(!orthus_btf_member(btf, "svm_cpu_data", "asid_generation", 8, &offset));
	assert(offset == 0);
	/* Its name is in the base's strings. */
	assert(!orthus_btf_member(btf, "svm_cpu_data", "max_asid", 4, &offset));
	assert(offset == 8);
	assert(!orthus_btf_member(btf, "fields", "whole", 4, &offset));
	assert(offset == 4);

	assert(orthus_btf_member(btf, "svm_cpu_data", "max_asid", 8, &offset) == -EINVAL);
	assert(orthus_btf_member(btf, "svm_cpu_data", "pointer", 8, &offset) == -EINVAL);
	assert(orthus_btf_member(btf, "svm_cpu_data", "outside", 8, &offset) == -EINVAL);
	assert(orthus_btf_member(btf, "fields", "narrow", 4, &offset) == -EINVAL);
	assert(orthus_btf_member(btf, "svm_cpu_data", "next_asid", 4, &offset) == -ENOENT);
	assert(orthus_btf_member(btf, "vmx_cpu_data", "max_asid", 4, &offset) == -ENOENT);
}

/* Whatever it says about the blob, nothing outside of it may be read. */
static void try_both(const void *base, size_t base_size, const void *module, size_t size)
{
	struct orthus_btf b, m;
	unsigned int offset;

	if (orthus_btf_init(&b, base, base_size, NULL) ||
	    orthus_btf_init(&m, module, size, &b))
		return;
	orthus_btf_member(&m, "svm_cpu_data", "max_asid", 4, &offset);
	orthus_btf_member(&m, "fields", "whole", 4, &offset);
}

static void *copy(const void *data, size_t size)
{
	void *p = malloc(size ? size : 1);

	memcpy(p, data, size);
	return p;
}

static void test_truncated(const void *base, size_t base_size, const void *module, size_t size)
{
	struct orthus_btf b, m;
	size_t i;

	assert(!orthus_btf_init(&b, base, base_size, NULL));
	for (i = 0; i < size; i++) {
		void *p = copy(module, i);

		assert(orthus_btf_init(&m, p, i, &b) == -EINVAL);
		free(p);
	}
}

static void test_corrupted(const void *base, size_t base_size, const void *module, size_t size)
{
	static const unsigned char values[] = { 0, 1, 4, 0x7f, 0x80, 0xff };
	size_t i, v;

	for (i = 0; i < base_size + size; i++) {
		for (v = 0; v < sizeof(values); v++) {
			unsigned char *b = copy(base, base_size);
			unsigned char *m = copy(module, size);

			*(i < base_size ? b + i : m + i - base_size) = values[v];
			try_both(b, base_size, m, size);
			free(b);
			free(m);
		}
	}
}

/* A typedef of itself. */
static void test_loop(void)
{
	struct orthus_btf btf;
	struct blob b = { 0 };
	unsigned int offset;
	size_t size;
	void *data;

	add_string(&b, "");
	add_type(&b, add_string(&b, "t"), BTF_KIND_TYPEDEF, 0, 1);
	add_type(&b, add_string(&b, "s"), BTF_KIND_STRUCT, 1, 8);
	add_member(&b, add_string(&b, "m"), 1, 0);
	data = finish(&b, &size);
	assert(!orthus_btf_init(&btf, data, size, NULL));
	assert(orthus_btf_member(&btf, "s", "m", 8, &offset) == -EINVAL);
	free(data);
}

int main(void)
{
	struct orthus_btf b, m;
	unsigned int strings, max_asid;
	size_t base_size, size;
	void *base = make_base(&base_size, &strings, &max_asid);
	void *module = make_module(&size, strings, max_asid);

	assert(!orthus_btf_init(&b, base, base_size, NULL));
	assert(!orthus_btf_init(&m, module, size, &b));
	test_lookup(&m);
	test_truncated(base, base_size, module, size);
	test_corrupted(base, base_size, module, size);
	test_loop();
	free(base);
	free(module);
	puts("btf: ok");
	return 0;
}
