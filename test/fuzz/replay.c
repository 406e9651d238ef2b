/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DOC: main() for a fuzz target that is linked without the fuzzer: every file
 * named on the command line is one input. Each is copied to memory of exactly
 * its size, so that a sanitizer sees a read behind its end.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0, n;

	if (!f) {
		perror(path);
		return 1;
	}
	do {
		uint8_t *more = realloc(data, size + 4096);

		if (!more)
			abort();
		data = more;
		n = fread(data + size, 1, 4096, f);
		size += n;
	} while (n);
	fclose(f);
	if (size) {
		uint8_t *exact = realloc(data, size);

		data = exact ? exact : data;
	}
	/* names the guilty one should it crash */
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	printf("%d inputs\n", argc - 1);
	return failed;
}
