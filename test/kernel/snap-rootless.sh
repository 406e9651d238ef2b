# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# What an ordinary user sees: the namespace he is in, and his labs, whole; of
# the others that they are there. Root sees the user's labs too.
#
#	test v0 ──── v1 (web, of root)        the user's lab: a, b, c on a switch
. test/kernel/lib.sh
need userns veth bridge

snap=$T/snap-program
make_user
install -m 755 "$BUILD/test/kernel/snap" "$snap"
cat >"$T/star.yaml" <<'EOF'
lab: star
networks: {lan: {subnet: 10.1.0.0/24, hosts: [c, b, a]}}
EOF
ip netns add web
ip link add v0 type veth peer name v1 netns web
names=$(ip netns list)
as_user isle up "$T/star.yaml"

as_user "$snap" addresses rules >"$T/snap"
same "$(grep '^[a-z]' "$T/snap")" 'machine the machine own
fabric star/fabric lab star
host c.star lab star
host b.star lab star
host a.star lab star
named web unseen: Operation not permitted'
grep -q 'link v0 kind veth peer unseen in web ' "$T/snap"
same "$(grep -c 'peer star/fabric:' "$T/snap")" 3
grep -q 'peer c.star:eth0 altname c:eth0' "$T/snap"
grep -qx '    address 10.1.0.3/24 broadcast 10.1.0.255/24' "$T/snap"

"$snap" addresses rules >"$T/root"
same "$(grep '^[a-z]' "$T/root")" 'machine the machine own
fabric star/fabric lab star
host c.star lab star
host b.star lab star
host a.star lab star
named web'
grep -q 'link v0 kind veth peer web:v1 ' "$T/root"
# the lab is the same to both
same "$(sed -n '/^fabric/,/^named/p' "$T/root" | sed '$d')" "$(sed -n '/^fabric/,/^named/p' "$T/snap" | sed '$d')"

# what only he who administers a namespace may ask for
if command -v nft >/dev/null && nft add table inet isle-probe 2>/dev/null; then
	as_user isle exec a.star -- nft add table inet mine
	as_user "$snap" nft >"$T/snap"
	same "$(grep '^machine' "$T/snap")" 'machine the machine own nft unseen'
	same "$(grep nft "$T/snap" | tail -n 1)" '  nft 1 mine chains 0 -'
fi

same "$names" "$(ip netns list)"
as_user isle down star
