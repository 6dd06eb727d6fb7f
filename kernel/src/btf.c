// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * Finds members of structs in BTF. Plain C without the kernel, so that it is
 * tested (and fed with garbage) in user space: test/btf_test.c.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <string.h>
#endif
#include <linux/btf.h>

#include "btf.h"

/* Typedefs and qualifiers on the way to an integer; more is a loop. */
#define MAX_DEPTH 16

/*
 * Length in bytes of what follows a type's struct btf_type: 0 for most, and -1
 * for a kind that this does not know, behind which nothing can be found.
 */
static long extra_size(const struct btf_type *type)
{
	u32 vlen = BTF_INFO_VLEN(type->info);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPE_TAG:
		return 0;
	case BTF_KIND_INT:
		return sizeof(u32);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return (long)vlen * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return (long)vlen * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64:
		return (long)vlen * sizeof(struct btf_enum64);
	case BTF_KIND_FUNC_PROTO:
		return (long)vlen * sizeof(struct btf_param);
	case BTF_KIND_VAR:
		return sizeof(struct btf_var);
	case BTF_KIND_DATASEC:
		return (long)vlen * sizeof(struct btf_var_secinfo);
	case BTF_KIND_DECL_TAG:
		return sizeof(struct btf_decl_tag);
	default:
		return -1;
	}
}

/* The type at *position, which is moved behind it; NULL at the end or when cut off. */
static const struct btf_type *next_type(const struct orthus_btf *btf, u32 *position)
{
	const struct btf_type *type;
	u32 left = btf->types_size - *position;
	long extra;

	if (left < sizeof(*type))
		return NULL;
	type = btf->types + *position;
	extra = extra_size(type);
	if (extra < 0 || (unsigned long)extra > left - sizeof(*type))
		return NULL;
	*position += sizeof(*type) + extra;
	return type;
}

static const struct btf_type *type_by_id(const struct orthus_btf *btf, u32 id)
{
	const struct btf_type *type;
	u32 position = 0, at;

	if (id < btf->first_id)
		return btf->base && id ? type_by_id(btf->base, id) : NULL;
	for (at = btf->first_id; (type = next_type(btf, &position)); at++)
		if (at == id)
			return type;
	return NULL;
}

static const char *string_at(const struct orthus_btf *btf, u32 offset)
{
	if (offset < btf->first_string)
		return btf->base ? string_at(btf->base, offset) : "";
	offset -= btf->first_string;
	return offset < btf->strings_size ? btf->strings + offset : "";
}

/* Size in bytes of an integer type, by whatever names it goes; 0 if it is none. */
static u32 integer_size(const struct orthus_btf *btf, u32 id)
{
	int depth;

	for (depth = 0; depth < MAX_DEPTH; depth++) {
		const struct btf_type *type = type_by_id(btf, id);

		if (!type)
			return 0;
		switch (BTF_INFO_KIND(type->info)) {
		case BTF_KIND_INT:
			return type->size;
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
			id = type->type;
			break;
		default:
			return 0;
		}
	}
	return 0;
}

/**
 * orthus_btf_init() - opens a blob
 * @btf: filled in; needs no clean-up
 * @data: the blob
 * @size: its length in bytes
 * @base: BTF of vmlinux for that of a module, else NULL
 *
 * Return: 0, or -EINVAL when this is no BTF, is cut off, or has a type in it
 * that is not known.
 */
int orthus_btf_init(struct orthus_btf *btf, const void *data, size_t size,
		    const struct orthus_btf *base)
{
	const struct btf_header *header = data;
	const char *behind;
	u32 position = 0;

	if (size < sizeof(*header) || header->magic != BTF_MAGIC ||
	    header->version != BTF_VERSION || header->hdr_len < sizeof(*header) ||
	    header->hdr_len > size || header->hdr_len % sizeof(u32) ||
	    header->type_off % sizeof(u32))
		return -EINVAL;
	size -= header->hdr_len;
	behind = (const char *)data + header->hdr_len;
	if (header->type_off > size || header->type_len > size - header->type_off ||
	    header->str_off > size || header->str_len > size - header->str_off)
		return -EINVAL;
	/* The last string ends, so every string does. */
	if (!header->str_len || behind[header->str_off + header->str_len - 1])
		return -EINVAL;

	*btf = (struct orthus_btf){
		.data = data,
		.size = size,
		.base = base,
		.types = behind + header->type_off,
		.types_size = header->type_len,
		.strings = behind + header->str_off,
		.strings_size = header->str_len,
		/* Type 0 is void and stands nowhere. */
		.first_id = base ? base->next_id : 1,
		.first_string = base ? base->first_string + base->strings_size : 0,
	};
	btf->next_id = btf->first_id;
	while (next_type(btf, &position))
		btf->next_id++;
	return position == btf->types_size ? 0 : -EINVAL;
}

/**
 * orthus_btf_member() - where in a struct an integer member lies
 * @btf: where the struct is defined; its base is not searched
 * @type: name of the struct
 * @member: name of the member
 * @size: size in bytes that it must have
 * @offset: set to the distance in bytes from the start of the struct
 *
 * Return: 0, -ENOENT without such a struct or member, -EINVAL when the member
 * is no integer of that size, or a bit field.
 */
int orthus_btf_member(const struct orthus_btf *btf, const char *type,
		      const char *member, u32 size, u32 *offset)
{
	const struct btf_member *members;
	const struct btf_type *t;
	u32 position = 0, i;

	while ((t = next_type(btf, &position)))
		if (BTF_INFO_KIND(t->info) == BTF_KIND_STRUCT &&
		    !strcmp(string_at(btf, t->name_off), type))
			break;
	if (!t)
		return -ENOENT;

	members = (const struct btf_member *)(t + 1);
	for (i = 0; i < BTF_INFO_VLEN(t->info); i++)
		if (!strcmp(string_at(btf, members[i].name_off), member))
			break;
	if (i == BTF_INFO_VLEN(t->info))
		return -ENOENT;

	/* Also a bit field's width is in the upper bits, when there are any. */
	if (members[i].offset % 8 ||
	    (BTF_INFO_KFLAG(t->info) && BTF_MEMBER_BITFIELD_SIZE(members[i].offset)) ||
	    integer_size(btf, members[i].type) != size)
		return -EINVAL;
	*offset = BTF_MEMBER_BIT_OFFSET(members[i].offset) / 8;
	/* The struct is what the caller will address. */
	return size > t->size || *offset > t->size - size ? -EINVAL : 0;
}
