/*
 * http.c - reads requests with libmicrohttpd, finds their route and sends what the route answers.
 *
 * One thread reads all connections.  A request is suspended while a worker has it.  Paths of the API do not matter, as
 * clients put whatever stands in their endpoint's address there; nor does the host, but in development mode.
 */
#include "http.h"

#include "api.h"
#include "metrics.h"
#include "operation.h"
#include "queue.h"

#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#define CONNECTION_MEMORY (32 * 1024)	/* of it the request's head may take half */
#define IDLE_SECONDS 75			/* longer than a poll */
#define API_TYPE "application/x-amz-json-1.0"
#define TEXT_TYPE "text/plain; charset=utf-8"

static struct MHD_Daemon *server;

int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A random UUID. */
static void
make_id(char *id)
{
	unsigned char r[16];

	if (getrandom(r, sizeof(r), 0) != sizeof(r))
		abort();
	r[6] = (r[6] & 0x0f) | 0x40;
	r[8] = (r[8] & 0x3f) | 0x80;
	for (int i = 0; i < 16; i++)
		id += sprintf(id, "%02x%s", r[i], i == 3 || i == 5 || i == 7 || i == 9 ? "-" : "");
}

void
request_answer(Request *request, int status, const char *content_type, char *text)
{
	bool		suspended = request->work != NULL;

	if (text == NULL)
		abort();				/* out of memory */
	request->status = status;
	request->content_type = content_type != NULL ? content_type : API_TYPE;
	request->answer = text;
	request->answered = true;
	if (suspended)
		MHD_resume_connection(request->connection);
}

void
request_refuse(Request *request, int status, const char *type, const char *message)
{
	char	   *text;
	int			length;
	const char *namespace = strcmp(type, "ValidationException") == 0 ? "com.amazon.coral.validate#" : "com.amazon.coral.service#";

	snprintf(request->error, sizeof(request->error), "%s", type);
	if (message != NULL && message[0] != '\0')
		length = asprintf(&text, "{\"__type\":\"%s%s\",\"message\":\"%s\"}", namespace, type, message);
	else
		length = asprintf(&text, "{\"__type\":\"%s%s\"}", namespace, type);
	if (length < 0)
		abort();
	request_answer(request, status, NULL, text);
}

static const char *
header(const Request *request, const char *name)
{
	SigRequest	sig = {.headers = request->headers,.header_count = request->header_count};

	return sigv4_header(&sig, name);
}

/* Whether the host is a name of loopback: a page of another site that has its name lead here is not let in. */
static bool
host_is_loopback(const char *host)
{
	char		name[128];
	char	   *port;
	char	   *n = name;

	if (host == NULL || strlen(host) >= sizeof(name))
		return false;
	strcpy(name, host);
	if (strncmp(n, "sync-", 5) == 0)
		n += 5;
	if ((port = strrchr(n, ':')) != NULL && port[1] != '\0' && strspn(port + 1, "0123456789") == strlen(port + 1))
		*port = '\0';
	if (strcasecmp(n, "localhost") == 0 || strcmp(n, "[::1]") == 0)
		return true;
	if (strlen(n) > 10 && strcasecmp(n + strlen(n) - 10, ".localhost") == 0)
		return true;
	return strncmp(n, "127.", 4) == 0 && strspn(n, "0123456789.") == strlen(n);
}

static bool
is_api_type(const char *type)
{
	size_t		length = strlen(API_TYPE);

	return type != NULL && strncasecmp(type, API_TYPE, length) == 0 && (type[length] == '\0' || strchr("; ", type[length]) != NULL);
}

/* The database answers; the workers of its executions are counted where the gateway's role may see them. */
static void
work_health(Request *request, PGconn **connection)
{
	static const char *const sql =
	"SELECT json_build_object('status', 'ok', 'launchers', count(*) FILTER (WHERE backend_type = 'pg_asl launcher'),"
	" 'workers', count(*) FILTER (WHERE backend_type = 'pg_asl worker')) FROM pg_stat_activity";
	PGresult   *result = PQexec(*connection, sql);
	bool		fine = PQresultStatus(result) == PGRES_TUPLES_OK;
	char	   *text = fine ? strdup(PQgetvalue(result, 0, 0)) : NULL;

	PQclear(result);
	if (fine)
		request_answer(request, 200, "application/json", text);
	else
		request_refuse(request, 503, "ServiceUnavailable", "The database does not answer.");
}

static void
route_api(Request *request)
{
	if (!is_api_type(header(request, "Content-Type")))
		request_refuse(request, 404, "UnknownOperationException", NULL);
	else if (api_is_open() && !host_is_loopback(header(request, "Host")))
		request_refuse(request, 400, "AccessDeniedException", "In development mode the host must be a name of this machine.");
	else if (request->length == 0)
		request_refuse(request, 400, "SerializationException", NULL);
	else if ((request->operation = operation_find(header(request, "X-Amz-Target"))) == NULL)
		request_refuse(request, 400, "UnknownOperationException", NULL);
	else
		request->work = api_run;
}

static void
route_metrics(Request *request)
{
	request_answer(request, 200, "text/plain; version=0.0.4", metrics_text());
}

static void
route_health(Request *request)
{
	request->work = work_health;
}

static void
route_root(Request *request)
{
	request_answer(request, 200, TEXT_TYPE, strdup("pg_asl_gateway: the AWS Step Functions API of a PostgreSQL database\n"));
}

/* A route answers at once or says what a worker does.  Path NULL: any; the first that fits counts. */
static const struct
{
	const char *method;
	const char *path;
	void		(*route) (Request *request);
}			routes[] = {
	{"POST", NULL, route_api},
	{"GET", "/", route_root},
	{"GET", "/health", route_health},
	{"GET", "/metrics", route_metrics},
};

static void
find_route(Request *request, const char *method)
{
	size_t		length = strcspn(request->target, "?");

	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++)
	{
		const char *path = routes[i].path;

		if (strcmp(routes[i].method, method) == 0 &&
			(path == NULL || (strlen(path) == length && strncmp(path, request->target, length) == 0)))
		{
			routes[i].route(request);
			return;
		}
	}
	request_refuse(request, 404, "UnknownOperationException", NULL);
}

static enum MHD_Result
read_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	Request    *request = cls;

	(void) kind;
	if (request->header_count < MAX_HEADERS)
		request->headers[request->header_count++] = (SigHeader) {name, value != NULL ? value : ""};
	return MHD_YES;
}

/* The head has been read: with more headers or a longer body than there is room for it is refused. */
static void
read_head(Request *request, struct MHD_Connection *connection)
{
	const char *length;

	request->connection = connection;
	request->socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	MHD_get_connection_values(connection, MHD_HEADER_KIND, read_header, request);
	length = header(request, "Content-Length");
	if (request->header_count == MAX_HEADERS)
		request_refuse(request, 431, "RequestEntityTooLargeException", "Too many headers.");
	else if (length != NULL && strtoull(length, NULL, 10) > MAX_BODY)
		request_refuse(request, 413, "RequestEntityTooLargeException", "The body is larger than 8 MiB.");
}

static bool
read_body(Request *request, const char *data, size_t size)
{
	char	   *body;

	if (request->length + size > MAX_BODY || (body = realloc(request->body, request->length + size + 1)) == NULL)
		return false;
	memcpy(body + request->length, data, size);
	request->body = body;
	request->length += size;
	body[request->length] = '\0';
	return true;
}

static enum MHD_Result
send_answer(Request *request, struct MHD_Connection *connection)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(request->answer), request->answer, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result queued;

	if (response == NULL)
		return MHD_NO;
	MHD_add_response_header(response, "Content-Type", request->content_type);
	MHD_add_response_header(response, "x-amzn-RequestId", request->id);
	if (request->error[0] != '\0')
		MHD_add_response_header(response, "x-amzn-ErrorType", request->error);
	if (request->status == 413 || request->status == 431)
		MHD_add_response_header(response, "Connection", "close");
	queued = MHD_queue_response(connection, (unsigned int) request->status, response);
	MHD_destroy_response(response);
	return queued;
}

/* A request's first line has been read. */
static void *
begin_request(void *cls, const char *uri, struct MHD_Connection *connection)
{
	Request    *request = calloc(1, sizeof(Request));
	const char *path = uri;

	(void) cls;
	(void) connection;
	if (request == NULL)
		return NULL;
	/* A proxy's request names the host, too. */
	if (strncmp(uri, "http://", 7) == 0)
		path = uri + 7 + strcspn(uri + 7, "/");
	request->target = strdup(*path != '\0' ? path : "/");
	request->began = now_ms();
	make_id(request->id);
	return request;
}

/* Called with the head, with each part of the body, at its end, and when the request is resumed. */
static enum MHD_Result
handle(void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
	   const char *upload_data, size_t *upload_size, void **closure)
{
	Request    *request = *closure;

	(void) cls;
	(void) url;
	(void) version;
	if (request == NULL || request->target == NULL)
		return MHD_NO;
	if (request->connection == NULL)
	{
		read_head(request, connection);
		return request->answered ? send_answer(request, connection) : MHD_YES;
	}
	if (*upload_size > 0)
	{
		size_t		size = *upload_size;

		*upload_size = 0;
		return read_body(request, upload_data, size) ? MHD_YES : MHD_NO;
	}
	if (!request->answered && request->work == NULL)
	{
		if (request->body != NULL && strlen(request->body) != request->length)
			request_refuse(request, 400, "SerializationException", NULL);	/* a zero byte */
		else
			find_route(request, method);
		if (request->work != NULL)
		{
			MHD_suspend_connection(connection);
			queue_put(request);
			return MHD_YES;
		}
	}
	return request->answered ? send_answer(request, connection) : MHD_YES;
}

/* A text of the client's without what could be taken for another line or field. */
static const char *
plain(const char *text, char *buffer, size_t size)
{
	size_t		n = 0;

	for (; text != NULL && *text > ' ' && *text <= '~' && n < size - 1; text++)
		buffer[n++] = *text;
	if (n == 0)
		buffer[n++] = '-';
	buffer[n] = '\0';
	return buffer;
}

/* One line for each request that was answered; nothing of its body, no secret, no token. */
static void
log_request(const Request *request, int64_t milliseconds)
{
	char		when[32];
	char		key[130];
	char		role[64];
	char		agent[64];
	char		invocation[64];
	time_t		now = time(NULL);
	struct tm	parts;

	gmtime_r(&now, &parts);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &parts);
	fprintf(stderr, "%s request=%s key=%s role=%s operation=%s status=%d error=%s ms=%" PRId64 " in=%zu out=%zu invocation=%s agent=%s\n",
			when, request->id, plain(request->key_id, key, sizeof(key)), plain(request->role, role, sizeof(role)),
			request->operation != NULL ? request->operation->name : "-", request->status,
			request->error[0] != '\0' ? request->error : "-", milliseconds, request->length, strlen(request->answer),
			plain(header(request, "amz-sdk-invocation-id"), invocation, sizeof(invocation)),
			plain(header(request, "User-Agent"), agent, sizeof(agent)));
}

static void
end_request(void *cls, struct MHD_Connection *connection, void **closure, enum MHD_RequestTerminationCode code)
{
	Request    *request = *closure;

	(void) cls;
	(void) connection;
	(void) code;
	if (request == NULL)
		return;
	if (request->answered)
	{
		metrics_count(request, now_ms() - request->began);
		log_request(request, now_ms() - request->began);
	}
	free(request->answer);
	free(request->body);
	free(request->target);
	free(request);
	*closure = NULL;
}

/* A whole file with a zero byte behind it; never given back. */
static char *
read_file(const char *name)
{
	FILE	   *file = fopen(name, "r");
	char	   *text = calloc(1, 1 << 20);

	if (file == NULL || text == NULL || fread(text, 1, (1 << 20) - 1, file) == 0)
	{
		fprintf(stderr, "pg_asl_gateway: cannot read %s\n", name);
		exit(2);
	}
	fclose(file);
	return text;
}

/* The address to listen on; ends the program where it is none. */
static struct addrinfo *
listen_address(const Settings *settings)
{
	struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICHOST,.ai_socktype = SOCK_STREAM};
	struct addrinfo *address;
	char		host[64];
	char		port[8];
	size_t		length = strlen(settings->host);

	snprintf(host, sizeof(host), "%s", settings->host);
	if (host[0] == '[' && host[length - 1] == ']')
	{
		memmove(host, host + 1, length - 2);
		host[length - 2] = '\0';
	}
	snprintf(port, sizeof(port), "%d", settings->port);
	if (getaddrinfo(host, port, &hints, &address) != 0)
	{
		fprintf(stderr, "pg_asl_gateway: %s is no address\n", settings->listen);
		exit(2);
	}
	return address;
}

int
http_start(const Settings *settings)
{
	unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	struct addrinfo *address = listen_address(settings);
	struct MHD_OptionItem tls[] = {{MHD_OPTION_END, 0, NULL}, {MHD_OPTION_END, 0, NULL}, {MHD_OPTION_END, 0, NULL}};
	const union MHD_DaemonInfo *info;

	if (address->ai_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	if (settings->tls_certificate != NULL)
	{
		flags |= MHD_USE_TLS;
		tls[0] = (struct MHD_OptionItem) {MHD_OPTION_HTTPS_MEM_CERT, 0, read_file(settings->tls_certificate)};
		tls[1] = (struct MHD_OptionItem) {MHD_OPTION_HTTPS_MEM_KEY, 0, read_file(settings->tls_key)};
	}
	server = MHD_start_daemon(flags, (uint16_t) settings->port, NULL, NULL, handle, NULL,
							  MHD_OPTION_SOCK_ADDR, address->ai_addr,
							  MHD_OPTION_URI_LOG_CALLBACK, begin_request, NULL,
							  MHD_OPTION_NOTIFY_COMPLETED, end_request, NULL,
							  MHD_OPTION_CONNECTION_LIMIT, (unsigned int) settings->client_count,
							  MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int) IDLE_SECONDS,
							  MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) CONNECTION_MEMORY,
							  MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
							  MHD_OPTION_STRICT_FOR_CLIENT, 1,
							  MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	freeaddrinfo(address);
	if (server == NULL || (info = MHD_get_daemon_info(server, MHD_DAEMON_INFO_BIND_PORT)) == NULL)
		return -1;
	return info->port;
}

void
http_quiesce(void)
{
	MHD_quiesce_daemon(server);
}

void
http_stop(void)
{
	MHD_stop_daemon(server);
}
