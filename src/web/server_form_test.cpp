// What a form may send to the server: its token, its texts and its files, within their limits.
#include "web/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "web/server_fixture.h"

namespace alting::web {
namespace {

TEST_F(ServerTest, a_form_needs_the_token_of_its_browser) {
  start();
  auto [cookie, value] = token();
  auto post = [&](std::string_view with_cookie, std::string_view with_token, std::string_view more = "") {
    std::string body = fmt::format("name=K%C3%A5re&token={}", with_token);
    return status_of_text(
        ask(fmt::format("POST /form HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n{}Content-Type: "
                        "application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
                        with_cookie, more, body.size(), body)));
  };
  EXPECT_EQ(post(cookie, value), 200);
  EXPECT_EQ(post(cookie, cookies_.token(Request{}).form_value), 403);  // another browser's
  EXPECT_EQ(post(cookie, ""), 403);
  EXPECT_EQ(post("", value), 403);
  EXPECT_EQ(post("alting-token=" + base::to_base64url(std::string(34, 'a')), value), 403);  // planted
  EXPECT_EQ(post(cookie, value, "Origin: http://localhost\r\n"), 200);
  EXPECT_EQ(post(cookie, value, "Origin: https://evil.example\r\n"), 403);
  EXPECT_EQ(post(cookie, value, "Origin: null\r\n"), 403);
  EXPECT_EQ(post(cookie, value, "Sec-Fetch-Site: same-origin\r\n"), 200);
  EXPECT_EQ(post(cookie, value, "Sec-Fetch-Site: cross-site\r\n"), 403);
}

TEST_F(ServerTest, refuses_text_that_is_not_utf8_and_the_zero_character) {
  start();
  auto [cookie, value] = token();
  for (std::string_view bad : {"%ff%fe", "%00", "%ed%a0%80", "%c0%af"}) {
    std::string body = fmt::format("name={}&token={}", bad, value);
    std::string answer =
        ask(fmt::format("POST /form HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nContent-Type: "
                        "application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
                        cookie, body.size(), body));
    EXPECT_EQ(status_of_text(answer), 400) << bad;
    EXPECT_THAT(answer, HasSubstr("error.text."));
  }
}

TEST_F(ServerTest, spools_files_and_removes_them_when_the_request_is_over) {
  start();
  auto [cookie, value] = token();
  std::string content(200'000, 'p');
  std::string answer = ask(multipart(cookie, part("token", value) + file("C:\\\\temp\\\\års\\\"rapport.pdf", content) +
                                                 file("b.txt", "x") + "--XX--\r\n"));
  EXPECT_EQ(status_of_text(answer), 200);
  EXPECT_THAT(answer, HasSubstr(fmt::format("fil:års_rapport.pdf:200000:{};",
                                            base::to_hex(crypto::sha256(content)).substr(0, 16))));
  EXPECT_THAT(answer, HasSubstr("fil:b.txt:1:"));
  EXPECT_TRUE(std::filesystem::is_empty(options_.upload_folder));
}

TEST_F(ServerTest, refuses_files_that_are_too_large_too_many_of_a_wrong_type_or_before_the_token) {
  start();
  auto [cookie, value] = token();
  std::string end = "--XX--\r\n";
  struct Case {
    std::string body;
    int status;
    std::string_view code;
  };
  for (const Case& one : std::vector<Case>{
           {part("token", value) + file("a.pdf", std::string(300'001, 'x')) + end, 413, "error.upload.too_large"},
           {part("token", value) + file("a.pdf", "1") + file("b.pdf", "2") + file("c.pdf", "3") + end, 413,
            "error.upload.too_many"},
           {part("token", value) + file("a.exe", "MZ") + end, 415, "error.upload.type"},
           {file("a.pdf", "x") + part("token", value) + end, 403, "error.anti_forgery"},
           {part("token", "forged") + file("a.pdf", "x") + end, 403, "error.anti_forgery"},
           {part("token", value) + file("a.pdf", "x"), 400, "error.multipart"},
           {part("token", value) + part("x", std::string(21'000, 'x')) + end, 413, "error.form.too_large"},
       }) {
    std::string answer = ask(multipart(cookie, one.body));
    EXPECT_EQ(status_of_text(answer), one.status) << one.code << answer;
    EXPECT_THAT(answer, HasSubstr(one.code));
  }
  EXPECT_TRUE(std::filesystem::is_empty(options_.upload_folder));
}

TEST_F(ServerTest, what_was_typed_around_a_file_reaches_who_keeps_it_when_the_token_is_stale) {
  Fields typed;
  std::string chosen;
  router_.set_stale_form([&](const Request& request) -> std::optional<Response> {
    typed = request.form;
    for (const auto& upload : request.uploads) chosen += fmt::format("{} {};", upload.file_name, upload.size);
    if (request.form_value("mark").empty()) return std::nullopt;
    return redirect("/login");
  });
  start();
  const auto cookie = token().first, other = token().second;
  const auto body = part("token", other) + part("mark", "m") + part("before", "1") + file("a.pdf", "%PDF") +
                    file("b.exe", "MZ") + part("after", "2") + "--XX--\r\n";
  EXPECT_EQ(status_of_text(ask(multipart(cookie, body))), 303);
  EXPECT_EQ(typed, (Fields{{"token", other}, {"mark", "m"}, {"before", "1"}, {"after", "2"}}));
  EXPECT_EQ(chosen, "a.pdf 0;b.exe 0;") << "their names alone";
  // Nobody to keep it for: the error page, as without such a function.
  const auto answer = ask(multipart(cookie, part("token", other) + part("before", "1") + "--XX--\r\n"));
  EXPECT_EQ(status_of_text(answer), 403);
  EXPECT_THAT(answer, HasSubstr("error.anti_forgery"));
  EXPECT_TRUE(std::filesystem::is_empty(options_.upload_folder));
  EXPECT_THAT(metrics_.text(), HasSubstr("alting_refused_total{reason=\"error.anti_forgery\"} 2"));
}

TEST_F(ServerTest, the_files_of_a_request_have_a_limit_together) {
  router_.add(Method::post, "/more",
              [](const Request& request) { return text(fmt::format("{} files", request.uploads.size())); },
              {.body = 20'000, .upload = 100'000, .uploads = 3, .upload_total = 250'000});
  start();
  auto [cookie, value] = token();
  const auto sizes = [&](std::string_view path, std::initializer_list<std::size_t> files) {
    std::string body = part("token", value);
    for (const auto size : files) body += file("a.pdf", std::string(size, 'x'));
    auto request = multipart(cookie, body + "--XX--\r\n");
    return ask(request.replace(request.find("/files"), 6, path));
  };
  EXPECT_EQ(status_of_text(sizes("/files", {150'000, 150'000})), 200);
  EXPECT_EQ(status_of_text(sizes("/more", {100'000, 100'000, 50'000})), 200);
  // The first is refused by its length, the others by what came.
  for (const auto& answer : {sizes("/files", {300'000, 300'000}), sizes("/files", {150'000, 150'001}),
                             sizes("/more", {100'000, 100'000, 50'001})}) {
    EXPECT_EQ(status_of_text(answer), 413) << answer;
    EXPECT_THAT(answer, HasSubstr("error.upload.too_large"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(options_.upload_folder));
}

TEST_F(ServerTest, an_upload_that_breaks_off_leaves_no_file) {
  start();
  auto [cookie, value] = token();
  {
    RawClient client(server_->port());
    std::string whole =
        multipart(cookie, part("token", value) + file("a.pdf", std::string(200'000, 'x')) + "--XX--\r\n");
    client.send(whole.substr(0, 100'000));
    client.close();
  }
  for (int i = 0; i < 100 && !std::filesystem::is_empty(options_.upload_folder); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(std::filesystem::is_empty(options_.upload_folder));
}

}  // namespace
}  // namespace alting::web
