// One transfer through libcurl, with the limits every transfer has. For this room's .cpp files only.
#pragma once
#include <curl/curl.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/address.h"
#include "net/http_client.h"

namespace alting::net {

struct CurlDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlHandle = std::unique_ptr<CURL, CurlDeleter>;
using CurlList = std::unique_ptr<curl_slist, CurlDeleter>;

// Where the content of an answer goes. Returns false to stop the transfer.
struct Receiver {
  std::function<bool(int status, const Headers& headers)> begin;  // once the headers are complete, before any content
  std::function<bool(std::string_view piece)> take;
};

struct Transfer {
  std::string method, url, body;
  Headers headers;
  long timeout_ms = 0;     // 0: none for the whole
  long stall_seconds = 0;  // 0: none
  bool encrypted = true;   // https, and nothing else
};

// Which connections are made at all. Asked with the address as text, after the name was resolved.
struct ConnectGuard {
  std::function<bool(const std::string& address)> may_connect;  // empty: all are
  std::vector<std::string> known_addresses;                     // PublicHttpOptions
};

struct TransferEnd {
  CURLcode code = CURLE_OK;
  int status = 0;
  Headers headers;        // of the last answer
  std::string redirect;   // absolute address of a 3xx with Location
  bool stopped = false;   // the receiver said so
  bool kept_out = false;  // the guard refused an address
};

// Runs the transfer on a handle that may have been used before (its connections are kept).
[[nodiscard]] TransferEnd run_transfer(CURL* handle, const HttpOptions& options, const Transfer& transfer,
                                       const Receiver& receiver, const ConnectGuard& guard);

// The client of http_client.h with other rules than its list of hosts.
struct ClientRules {
  std::function<base::Result<Address>(const std::string& url)> permitted;
  std::function<ConnectGuard(const Address& address)> guard;  // empty: none
};
[[nodiscard]] std::unique_ptr<HttpClient> make_curl_client(HttpOptions options, ClientRules rules);

}  // namespace alting::net
