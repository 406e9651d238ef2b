/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program that does nothing, linked statically: what `exec` costs is all that is left. */
int main(void)
{
	return 0;
}
