package cgroup

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

func (l *Limits) io(s []setting) []setting {
	if l.IOWeight != nil {
		w := count(*l.IOWeight)
		s = append(s, setting{option: "io_weight", controller: "io",
			v1: []write{{file: "blkio.bfq.weight", value: w, or: "blkio.weight"}},
			v2: []write{{file: "io.weight", value: "default " + w, or: "io.bfq.weight"}}})
	}
	for _, d := range l.IO {
		s = append(s, d.setting())
	}
	return s
}

func (d *IOLimit) setting() setting {
	s := setting{option: "io", controller: "io"}
	var max []string
	for _, f := range []struct {
		name, v1 string
		value    *int64
	}{
		{"rbps", "read_bps_device", d.RBPS}, {"wbps", "write_bps_device", d.WBPS},
		{"riops", "read_iops_device", d.RIOPS}, {"wiops", "write_iops_device", d.WIOPS},
	} {
		if f.value == nil {
			continue
		}
		max = append(max, f.name+"="+count(*f.value))
		none := *f.value
		if none == Unlimited {
			none = 0
		}
		s.v1 = append(s.v1, write{file: "blkio.throttle." + f.v1, value: d.Device + " " + v1Count(none)})
	}
	if max != nil {
		s.v2 = append(s.v2, write{file: "io.max", value: d.Device + " " + strings.Join(max, " ")})
	}
	if d.Weight != nil {
		w := d.Device + " " + count(*d.Weight)
		s.v1 = append(s.v1, write{file: "blkio.bfq.weight_device", value: w, or: "blkio.weight_device"})
		s.v2 = append(s.v2, write{file: "io.weight", value: w, or: "io.bfq.weight"})
	}
	if d.Latency != nil {
		s.v2 = append(s.v2, write{file: "io.latency", value: fmt.Sprintf("%s target=%d", d.Device, d.Latency.Microseconds())})
		s.lacks, s.instead = 1, "it has no latency target: use rbps, wbps, riops and wiops"
	}
	return s
}

// DeviceNumber gives the "major:minor" of a block device: of a path such as
// /dev/sda, or of a number written so already.
func DeviceNumber(device string) (string, error) {
	major, minor, ok := strings.Cut(device, ":")
	if ok && isNumber(major) && isNumber(minor) {
		return device, nil
	}
	var st unix.Stat_t
	if err := unix.Stat(device, &st); err != nil {
		return "", &os.PathError{Op: "stat", Path: device, Err: err}
	}
	if st.Mode&unix.S_IFMT != unix.S_IFBLK {
		return "", fmt.Errorf("%s: %w", device, unix.ENOTBLK)
	}
	return fmt.Sprintf("%d:%d", unix.Major(st.Rdev), unix.Minor(st.Rdev)), nil
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 32)
	return err == nil
}

// wholeDisk is the disk of a partition, "" if the device is no partition.
func wholeDisk(number string) string {
	link, err := filepath.EvalSymlinks("/sys/dev/block/" + number)
	if err != nil || !exists(link+"/partition") {
		return ""
	}
	return "/dev/" + filepath.Base(filepath.Dir(link))
}

func (l *Limits) others(s []setting) []setting {
	for _, size := range slices.Sorted(maps.Keys(l.HugeTLB)) {
		n := l.HugeTLB[size]
		s = append(s, setting{option: "hugetlb", controller: "hugetlb",
			v1: []write{{file: "hugetlb." + size + ".limit_in_bytes", value: v1Count(n)}},
			v2: []write{{file: "hugetlb." + size + ".max", value: count(n)}}})
	}
	for _, device := range slices.Sorted(maps.Keys(l.RDMA)) {
		s = append(s, both("rdma", "rdma", "rdma.max", device+" "+l.RDMA[device]))
	}
	for _, name := range slices.Sorted(maps.Keys(l.Misc)) {
		s = append(s, both("misc", "misc", "misc.max", name+" "+count(l.Misc[name])))
	}
	if l.Devices != nil {
		s = append(s, setting{option: "devices", controller: "devices", v1: deviceWrites(*l.Devices), rules: *l.Devices})
	}
	if l.NetClass != nil {
		s = append(s, setting{option: "net_cls", controller: "net_cls", lacks: 2,
			v1:      []write{{file: "net_cls.classid", value: strconv.FormatInt(*l.NetClass, 10)}},
			instead: "nftables matches the cgroup itself: socket cgroupv2 level 1 \"name\""})
	}
	for _, link := range slices.Sorted(maps.Keys(l.NetPrio)) {
		s = append(s, setting{option: "net_prio", controller: "net_prio", lacks: 2,
			v1:      []write{{file: "net_prio.ifpriomap", value: link + " " + count(l.NetPrio[link])}},
			instead: "nftables sets the priority of what a cgroup sends: socket cgroupv2 level 1 \"name\" meta priority set"})
	}
	if l.Perf {
		s = append(s, setting{option: "perf_event", controller: "perf_event"})
	}
	return s
}
