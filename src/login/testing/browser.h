// A browser as far as the tests of login need one: it keeps cookies, sends them back, and follows nothing by itself.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "login/testing/doubles.h"
#include "web/router.h"

namespace alting::login::testing {

[[nodiscard]] inline std::string location(const web::Response& response) {
  for (const auto& [name, value] : response.headers)
    if (name == "Location" || name == "location") return value;
  return "";
}

// Path and query of an address; the host is left out.
[[nodiscard]] inline std::pair<std::string, web::Fields> path_and_query(std::string url) {
  if (const auto scheme = url.find("://"); scheme != std::string::npos) url = url.substr(url.find('/', scheme + 3));
  const auto question = url.find('?');
  web::Fields query;
  if (question != std::string::npos)
    for (auto& [name, value] : ScriptedIssuer::form(url.substr(question + 1))) query.emplace_back(name, value);
  return {url.substr(0, question), query};
}

class Browser {
 public:
  Browser(const web::Router& router, const base::Clock& clock) : router_(&router), clock_(&clock) {}
  web::Response get(const std::string& path, web::Fields query = {}) {
    return send(web::Method::get, path, std::move(query), {});
  }
  web::Response go(const std::string& url) {
    auto [path, query] = path_and_query(url);
    return get(path, std::move(query));
  }
  web::Response post(const std::string& path, web::Fields form = {}) {
    return send(web::Method::post, path, {}, std::move(form));
  }
  [[nodiscard]] web::Request request() const {
    web::Request request;
    request.language = language;
    request.received = clock_->now();
    request.neighbourhood = request.remote_network = network;
    std::string line;
    for (const auto& [name, value] : cookies) line += (line.empty() ? "" : "; ") + name + "=" + value;
    if (!line.empty()) request.headers.emplace_back("cookie", line);
    return request;
  }
  std::map<std::string, std::string> cookies;
  base::Language language = base::Language::nb;
  std::string network;  // where it asks from

 private:
  web::Response send(web::Method method, const std::string& path, web::Fields query, web::Fields form) {
    auto asked = request();
    asked.method = method;
    asked.path = path;
    asked.query = std::move(query);
    asked.form = std::move(form);
    const auto match = router_->find(method, path);
    EXPECT_TRUE(match.handler != nullptr) << path;  // a browser follows people's pages only
    if (match.handler == nullptr) return {};
    asked.path_values = match.values;
    auto response = (*match.handler)(asked);
    for (const auto& set : response.set_cookies) {
      const auto equals = set.find('='), end = set.find(';');
      const auto value = set.substr(equals + 1, end - equals - 1);
      if (value.empty()) {
        cookies.erase(set.substr(0, equals));
      } else {
        cookies[set.substr(0, equals)] = value;
      }
    }
    return response;
  }
  const web::Router* router_;
  const base::Clock* clock_;
};

// Outgoing HTTP that ends in a router of the same process.
class RouterClient final : public net::HttpClient {
 public:
  explicit RouterClient(const base::Clock& clock) : clock_(clock) {}
  base::Result<net::HttpAnswer> send(const net::HttpRequest& out) override {
    auto [path, query] = path_and_query(out.url);
    web::Request request;
    request.method = out.method == "POST" ? web::Method::post : web::Method::get;
    request.path = path;
    request.query = std::move(query);
    for (auto& [name, value] : ScriptedIssuer::form(out.body)) request.form.emplace_back(name, value);
    request.received = clock_.now();
    const auto match = router->find(request.method, path);
    if (!match.found()) return base::make_error(base::ErrorKind::unavailable, "error.net.no_answer");
    const auto answer = router->run(match, request);
    if (const auto* open = std::get_if<web::PublicResponse>(&answer))
      return net::HttpAnswer{open->status(), {}, open->body()};
    const auto& response = std::get<web::Response>(answer);
    return net::HttpAnswer{response.status, {}, response.body};
  }
  base::Result<net::Downloaded> download(const net::Download&) override {
    return base::make_error(base::ErrorKind::forbidden, "error.net.host_not_listed");
  }
  const web::Router* router = nullptr;

 private:
  const base::Clock& clock_;
};

}  // namespace alting::login::testing
