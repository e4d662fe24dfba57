/*
 * settings.c - reads the settings.  One table has their names, as options, as variables (PG_ASL_GATEWAY_LISTEN) and as
 * words of the file ("listen = 127.0.0.1:8083").
 */
#include "settings.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VARIABLE_PREFIX "PG_ASL_GATEWAY_"

typedef struct Setting
{
	const char *name;
	const char *argument;
	const char *help;
	size_t		offset;
} Setting;

static const Setting known[] = {
	{"listen", "HOST:PORT", "where to listen, an address and a port (127.0.0.1:8083)", offsetof(Settings, listen)},
	{"dsn", "CONNINFO", "the database, as libpq reads it (libpq's defaults)", offsetof(Settings, dsn)},
	{"connections", "N", "connections to the database for requests (8)", offsetof(Settings, connections)},
	{"clients", "N", "most HTTP connections at a time (4096)", offsetof(Settings, clients)},
	{"development-role", "ROLE", "accept any credentials as this role; loopback only", offsetof(Settings, development_role)},
	{"tls-certificate", "FILE", "serve TLS with this certificate chain, PEM", offsetof(Settings, tls_certificate)},
	{"tls-key", "FILE", "and its private key, PEM", offsetof(Settings, tls_key)},
	{"config", "FILE", "a file with lines \"setting = value\"", offsetof(Settings, config)},
};

#define KNOWN_COUNT ((int) (sizeof(known) / sizeof(*known)))

static const char **
place(Settings *settings, int i)
{
	return (const char **) ((char *) settings + known[i].offset);
}

static void __attribute__((noreturn))
die(const char *problem, const char *what)
{
	fprintf(stderr, "pg_asl_gateway: %s: %s\n", problem, what);
	exit(2);
}

static void
help(void)
{
	puts("pg_asl_gateway serves the AWS Step Functions API of a database with the extension pg_asl.\n\nUsage: pg_asl_gateway [OPTION]...\n");
	for (int i = 0; i < KNOWN_COUNT; i++)
		printf("  --%s %s\n      %s\n", known[i].name, known[i].argument, known[i].help);
	puts("  --help\n\nEach option is also a variable, such as " VARIABLE_PREFIX "LISTEN, and a line of the file.");
	exit(0);
}

static void
read_environment(Settings *settings)
{
	for (int i = 0; i < KNOWN_COUNT; i++)
	{
		char		name[64] = VARIABLE_PREFIX;
		size_t		n = strlen(name);
		const char *value;

		for (const char *c = known[i].name; *c != '\0'; c++)
			name[n++] = (char) (*c == '-' ? '_' : toupper(*c));
		name[n] = '\0';
		if ((value = getenv(name)) != NULL)
			*place(settings, i) = value;
	}
}

/* Cuts blanks off both ends. */
static char *
trim(char *text)
{
	char	   *end;

	text += strspn(text, " \t\r\n");
	for (end = text + strlen(text); end > text && isspace((unsigned char) end[-1]); end--)
		end[-1] = '\0';
	return text;
}

static void
read_line(Settings *settings, char *line)
{
	char	   *text = trim(line);
	char	   *value = strchr(text, '=');

	if (*text == '#' || *text == '\0')
		return;
	if (value == NULL)
		die("a line of the file is no setting", text);
	*value++ = '\0';
	text = trim(text);
	for (int i = 0; i < KNOWN_COUNT; i++)
		if (strcmp(text, known[i].name) == 0)
		{
			*place(settings, i) = strdup(trim(value));
			return;
		}
	die("no such setting", text);
}

static void
read_file(Settings *settings, const char *name)
{
	FILE	   *file = fopen(name, "r");
	char		line[4096];

	if (file == NULL)
		die("cannot read the file", name);
	while (fgets(line, sizeof(line), file) != NULL)
		read_line(settings, line);
	fclose(file);
}

/* Calls for the command line: only --config, which must be read before all else, or everything. */
static void
read_options(Settings *settings, int argc, char **argv, bool config_only)
{
	struct option options[KNOWN_COUNT + 2] = {0};
	int			index;
	int			answer;

	for (int i = 0; i < KNOWN_COUNT; i++)
		options[i] = (struct option) {known[i].name, required_argument, NULL, 1};
	options[KNOWN_COUNT] = (struct option) {"help", no_argument, NULL, 'h'};
	optind = 1;
	while ((answer = getopt_long(argc, argv, "", options, &index)) != -1)
	{
		if (answer == 'h')
			help();
		if (answer != 1)
			exit(2);
		if (!config_only || strcmp(known[index].name, "config") == 0)
			*place(settings, index) = optarg;
	}
	if (optind < argc)
		die("what is this", argv[optind]);
}

static int
positive(const char *name, const char *text, int most)
{
	char	   *end;
	long		number = strtol(text, &end, 10);

	if (*end != '\0' || number < 1 || number > most)
		die(name, "is no number in its range");
	return (int) number;
}

static void
split_listen(Settings *settings)
{
	const char *colon = strrchr(settings->listen, ':');
	size_t		length = colon != NULL ? (size_t) (colon - settings->listen) : 0;
	char	   *end;
	long		port = colon != NULL ? strtol(colon + 1, &end, 10) : -1;

	if (length == 0 || length >= sizeof(settings->host) || port < 0 || port > 65535 || *end != '\0')
		die("--listen is HOST:PORT", settings->listen);
	memcpy(settings->host, settings->listen, length);
	settings->host[length] = '\0';
	settings->port = (int) port;
}

static bool
is_loopback(const char *host)
{
	struct in_addr address;

	if (strcmp(host, "[::1]") == 0)
		return true;
	return inet_pton(AF_INET, host, &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

void
settings_read(Settings *settings, int argc, char **argv)
{
	*settings = (Settings) {.listen = "127.0.0.1:8083",.dsn = "",.connections = "8",.clients = "4096"};
	read_environment(settings);
	read_options(settings, argc, argv, true);
	if (settings->config != NULL)
	{
		read_file(settings, settings->config);
		read_environment(settings);
	}
	read_options(settings, argc, argv, false);
	split_listen(settings);
	settings->connection_count = positive("--connections", settings->connections, 1000);
	settings->client_count = positive("--clients", settings->clients, 100000);
	if ((settings->tls_certificate == NULL) != (settings->tls_key == NULL))
		die("TLS needs both", "--tls-certificate and --tls-key");
	if (settings->development_role != NULL && !is_loopback(settings->host))
		die("--development-role is for loopback addresses only", settings->host);
	if (settings->tls_certificate == NULL && !is_loopback(settings->host))
		fprintf(stderr, "pg_asl_gateway: warning: %s is served without TLS: requests and answers can be read on the way\n",
				settings->listen);
}
