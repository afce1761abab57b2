// A name whose servers do not answer: whoever owns it decides how long that takes, and not how long we wait.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <atomic>
#include <chrono>
#include <string_view>
#include <thread>

#include "net/public_http_client.h"

namespace {
std::atomic<bool> slow_name_answers = false;
std::atomic<int> slow_names_asked = 0, slow_names_ended = 0;
}  // namespace

// Stands before the C library's in this program, and so libcurl's threads come here.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  static const auto real = reinterpret_cast<decltype(&::getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (name == nullptr || std::string_view(name) != "treg.example.no") return real(name, service, hints, found);
  ++slow_names_asked;
  for (int i = 0; i < 1'000 && !slow_name_answers; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ++slow_names_ended;
  return EAI_AGAIN;
}

namespace alting::net {
namespace {

TEST(SlowName, holds_nobody_longer_than_the_request_may_take) {
  const auto client = make_public_http_client({});
  HttpRequest request;
  request.method = "POST";
  request.url = "https://treg.example.no/";
  request.timeout = base::Duration::milliseconds(200);
  const auto begun = std::chrono::steady_clock::now();
  const auto got = client->send(request);
  const auto took = std::chrono::steady_clock::now() - begun;
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, "error.net.no_answer");
  EXPECT_EQ(slow_names_asked, 1);
  EXPECT_EQ(slow_names_ended, 0) << "it was not waited for";
  EXPECT_LT(took, std::chrono::seconds(5));
  slow_name_answers = true;
  for (int i = 0; i < 500 && slow_names_ended == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(slow_names_ended, 1);
}

}  // namespace
}  // namespace alting::net
