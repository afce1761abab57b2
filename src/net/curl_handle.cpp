#include "net/curl_handle.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstring>

#include "base/text.h"

namespace alting::net {
namespace {

constexpr std::size_t max_headers = 200;
constexpr std::size_t max_header_octets = 64 * 1024;

struct State {
  const Receiver& receiver;
  const ConnectGuard& guard;
  CURL* handle;
  TransferEnd end;
  std::size_t header_octets = 0;
  bool begun = false;
};

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& state = *static_cast<State*>(user);
  const std::string_view line(data, size * count);
  state.header_octets += line.size();
  if (state.header_octets > max_header_octets || state.end.headers.size() > max_headers) return 0;
  if (line.starts_with("HTTP/")) {  // a new answer: an interim one (100) came before
    state.end.headers.clear();
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return line.size();
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  state.end.headers.emplace_back(std::move(name), std::string(base::trim(line.substr(colon + 1))));
  return line.size();
}

bool begin(State& state) {
  if (state.begun) return true;
  state.begun = true;
  long status = 0;
  curl_easy_getinfo(state.handle, CURLINFO_RESPONSE_CODE, &status);
  state.end.status = static_cast<int>(status);
  if (state.receiver.begin && !state.receiver.begin(state.end.status, state.end.headers)) state.end.stopped = true;
  return !state.end.stopped;
}

std::size_t on_content(char* data, std::size_t size, std::size_t count, void* user) {
  auto& state = *static_cast<State*>(user);
  if (!begin(state)) return CURL_WRITEFUNC_ERROR;
  if (!state.receiver.take(std::string_view(data, size * count))) {
    state.end.stopped = true;
    return CURL_WRITEFUNC_ERROR;
  }
  return size * count;
}

// "" for what is no address of the internet.
std::string address_text(const curl_sockaddr& of) {
  // libcurl has room behind this struct for the longer address of IPv6.
  const char* raw = reinterpret_cast<const char*>(&of) + offsetof(curl_sockaddr, addr);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (of.family == AF_INET && of.addrlen >= sizeof(sockaddr_in)) {
    sockaddr_in v4{};
    std::memcpy(&v4, raw, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
  } else if (of.family == AF_INET6 && of.addrlen >= sizeof(sockaddr_in6)) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, raw, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  }
  return text.data();
}

// Each connection begins here, with the address that it goes to.
curl_socket_t on_open_socket(void* user, curlsocktype purpose, curl_sockaddr* address) {
  auto& state = *static_cast<State*>(user);
  const std::string text = address_text(*address);
  if (purpose != CURLSOCKTYPE_IPCXN || text.empty() || !state.guard.may_connect(text)) {
    state.end.kept_out = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

CurlList header_list(const Headers& headers) {
  CurlList list;
  for (const auto& [name, value] : headers) {
    // No header may bring another one along: control characters become blanks.
    const std::string line = base::one_line(name + ": " + value, 8192);
    list.reset(curl_slist_append(list.release(), line.c_str()));
  }
  list.reset(curl_slist_append(list.release(), "Expect:"));
  return list;
}

void set_limits(CURL* handle, const HttpOptions& options, const Transfer& transfer) {
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, transfer.encrypted ? "https" : "http");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, transfer.timeout_ms);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, 3000L);
  // A name server that does not answer takes no longer either: the thread that asks it is left to end by itself.
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
  if (transfer.stall_seconds > 0) {
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1000L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, transfer.stall_seconds);
  }
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
  curl_easy_setopt(handle, CURLOPT_PROXY, options.proxy.c_str());  // "" also switches off the environment's
  curl_easy_setopt(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
}

void set_method(CURL* handle, const Transfer& transfer) {
  if (transfer.method == "GET") {
    curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
  } else if (transfer.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  } else {
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, transfer.method.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, transfer.body.data());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.body.size()));
  }
}

}  // namespace

TransferEnd run_transfer(CURL* handle, const HttpOptions& options, const Transfer& transfer, const Receiver& receiver,
                         const ConnectGuard& guard) {
  State state{receiver, guard, handle, {}};
  curl_easy_reset(handle);  // keeps connections, forgets everything about the request before
  set_limits(handle, options, transfer);
  set_method(handle, transfer);
  const CurlList headers = header_list(transfer.headers);
  curl_easy_setopt(handle, CURLOPT_URL, transfer.url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &state);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_content);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &state);
  if (guard.may_connect) {
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &state);
  }
  CurlList known;
  for (const std::string& one : guard.known_addresses) known.reset(curl_slist_append(known.release(), one.c_str()));
  curl_easy_setopt(handle, CURLOPT_RESOLVE, known.get());
  state.end.code = curl_easy_perform(handle);
  if (state.end.code == CURLE_OK) begin(state);  // an answer without content
  char* redirect = nullptr;
  if (curl_easy_getinfo(handle, CURLINFO_REDIRECT_URL, &redirect) == CURLE_OK && redirect != nullptr)
    state.end.redirect = redirect;
  return std::move(state.end);
}

}  // namespace alting::net
