/* Makes, limits, fills, reads and deletes cgroups: the file operations of cgroups.lua, and no others.
   cgroups MODE COUNT PID, with MODE v1 (cpu, cpuacct, memory, pids, and v2 as unified) or v2. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file { const char *hierarchy, *name, *value; };

static const char *v1_dirs[] = {"unified/", "cpu/", "cpuacct/", "memory/", "pids/", NULL}, *v2_dirs[] = {"", NULL};
static const struct file v1_limits[] = {{"cpu/", "cpu.cfs_period_us", "100000"}, {"cpu/", "cpu.cfs_quota_us", "50000"},
	{"memory/", "memory.limit_in_bytes", "67108864"}, {"pids/", "pids.max", "32"}, {0}};
static const struct file v2_limits[] = {{"", "cpu.max", "50000 100000"}, {"", "memory.max", "67108864"}, {"", "pids.max", "32"}, {0}};
static const struct file v1_stats[] = {{"cpuacct/", "cpuacct.usage"}, {"cpuacct/", "cpuacct.usage_user"}, {"cpuacct/", "cpuacct.usage_sys"},
	{"cpu/", "cpu.stat"}, {"memory/", "memory.stat"}, {"memory/", "memory.usage_in_bytes"}, {"memory/", "memory.kmem.usage_in_bytes"},
	{"memory/", "memory.max_usage_in_bytes"}, {"pids/", "pids.current"}, {"pids/", "pids.peak"}, {0}};
static const struct file v2_stats[] = {{"", "cpu.stat"}, {"", "memory.stat"}, {"", "memory.current"}, {"", "memory.swap.current"},
	{"", "pids.current"}, {0}};

static char path[256];

static void check(int bad) { if (bad) { perror(path); exit(1); } }

static const char *at(const char *hierarchy, int i, const char *name)
{
	snprintf(path, sizeof path, "/sys/fs/cgroup/%snslua-bench-%d/%s", hierarchy, i, name);
	return path;
}

static void put(const char *hierarchy, int i, const char *name, const char *value)
{
	int fd = open(at(hierarchy, i, name), O_WRONLY | O_CLOEXEC);
	check(fd < 0 || write(fd, value, strlen(value)) < 0);
	close(fd);
}

static void get(const struct file *f, int i)
{
	char text[4096];
	int fd = open(at(f->hierarchy, i, f->name), O_RDONLY | O_CLOEXEC);
	check(fd < 0);
	while (read(fd, text, sizeof text) > 0) ;
	close(fd);
}

int main(int argc, char **argv)
{
	int v1 = argc == 4 && !strcmp(argv[1], "v1"), n = argc == 4 ? atoi(argv[2]) : 0;
	const char **dirs = v1 ? v1_dirs : v2_dirs;
	for (int i = 1; i <= n; i++) {
		for (const char **d = dirs; *d; d++) check(mkdir(at(*d, i, ""), 0755));
		for (const struct file *f = v1 ? v1_limits : v2_limits; f->name; f++) put(f->hierarchy, i, f->name, f->value);
		for (const char **d = dirs; *d; d++) put(*d, i, "cgroup.procs", argv[3]);
	}
	for (int i = 1; i <= n; i++)
		for (const struct file *f = v1 ? v1_stats : v2_stats; f->name; f++) get(f, i);
	for (const char **d = dirs; *d; d++) {
		snprintf(path, sizeof path, "/sys/fs/cgroup/%scgroup.procs", *d);
		int fd = open(path, O_WRONLY);
		check(fd < 0 || write(fd, argv[3], strlen(argv[3])) < 0);
		close(fd);
	}
	for (int i = 1; i <= n; i++)
		for (const char **d = dirs; *d; d++) check(rmdir(at(*d, i, "")));
	return 0;
}
