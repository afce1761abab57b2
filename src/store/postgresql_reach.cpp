// Which machines a connection string of PostgreSQL leads to, and how the way there is protected.
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netinet/in.h>

#include <cstdlib>
#include <map>
#include <memory>

#include "base/text.h"
#include "store/postgresql.h"

namespace alting::store {
namespace {

// 127.0.0.0/8 or ::1, written as an address: "127.db.example.org" is a name.
bool is_loopback(const std::string& host) {
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6) != 0;
}

// A host name or an address, or a socket's folder; "" is the socket libpq was built with. A name that a resolver may
// send elsewhere is elsewhere: "localhost" is this machine by RFC 6761.
bool is_here(std::string_view host) {
  return host.empty() || host.starts_with('/') || host.starts_with('@') || host == "localhost" ||
         is_loopback(std::string(host));
}

bool all_here(std::string_view hosts) {
  for (const auto host : base::split(hosts, ','))
    if (!is_here(base::trim(host))) return false;
  return true;
}

}  // namespace

base::Result<PostgresqlReach> postgresql_reach(const std::string& where) {
  char* complaint = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(where.c_str(), &complaint),
                                                                             PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> owned(complaint, PQfreemem);
  // What libpq complains of may quote the string, and with it a password.
  if (!options)
    return base::make_error(base::ErrorKind::invalid, "error.settings",
                            "data.postgresql: no connection string of libpq");
  std::map<std::string, std::string, std::less<>> said;
  for (const auto* one = options.get(); one->keyword != nullptr; ++one) {
    const char* value = one->val;
    if (value == nullptr && one->envvar != nullptr) value = std::getenv(one->envvar);
    if (value != nullptr) said[one->keyword] = value;
  }
  // A service file may name any host: what is not said here is not known.
  return PostgresqlReach{!all_here(said["host"]) || !all_here(said["hostaddr"]) || !said["service"].empty(),
                         said["sslmode"]};
}

}  // namespace alting::store
