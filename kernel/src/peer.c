// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * Other KVMs in this kernel, as modules: which there are, and where a symbol of
 * theirs is.
 *
 * find_module() and kallsyms_lookup_name() are not exported. What is used here
 * instead is: every module has a kobject in the kset that ours is in too, and
 * its symbol table hangs on struct module. A reference to the kobject keeps
 * struct module; the unloading waits for it, so it is held for moments only.
 */
#include <linux/kobject.h>
#include <linux/module.h>

#include "orthus.h"

/* Whether a module of this name is one of ours: kvm_a to kvm_z. */
bool orthus_is_instance(const char *name)
{
	return !strncmp(name, "kvm_", 4) && name[4] >= 'a' && name[4] <= 'z' && !name[5];
}

/* Whether a module of this name is a KVM other than this one. */
bool orthus_is_kvm(const char *name)
{
	return (orthus_is_instance(name) && strcmp(name, KBUILD_MODNAME)) ||
	       !strcmp(name, "kvm_amd") || !strcmp(name, "kvm_intel");
}

/**
 * orthus_module_get() - a loaded module by its name
 * @name: with underscores, as in /sys/module
 *
 * To be given back soon, with orthus_module_put(). May sleep.
 *
 * Return: the module, NULL if there is none, -EEXIST when it is no module but
 * built into the kernel.
 */
struct module *orthus_module_get(const char *name)
{
	struct kobject *kobj = kset_find_obj(THIS_MODULE->mkobj.kobj.kset, name);
	struct module *mod;

	if (!kobj)
		return NULL;
	mod = container_of(kobj, struct module_kobject, kobj)->mod;
	if (!mod) {
		kobject_put(kobj);
		return ERR_PTR(-EEXIST);
	}
	return mod;
}

void orthus_module_put(struct module *mod)
{
	kobject_put(&mod->mkobj.kobj);
}

/**
 * orthus_module_symbol() - address of a symbol in another module
 * @mod: the module, which the caller keeps from going
 * @name: any symbol, also a static one
 *
 * A per-CPU variable's is its address within the per-CPU area, as for
 * per_cpu_ptr().
 *
 * Return: the address, or NULL.
 */
void *orthus_module_symbol(struct module *mod, const char *name)
{
	const struct mod_kallsyms *symbols;
	void *address = NULL;
	unsigned int i;

	/* Replaced when the module has been initialized; see kernel/module/. */
	preempt_disable();
	symbols = rcu_dereference_sched(mod->kallsyms);
	for (i = 0; symbols && i < symbols->num_symtab; i++) {
		const Elf_Sym *symbol = &symbols->symtab[i];

		if (symbol->st_shndx != SHN_UNDEF &&
		    !strcmp(symbols->strtab + symbol->st_name, name)) {
			address = (void *)symbol->st_value;
			break;
		}
	}
	preempt_enable();
	return address;
}
