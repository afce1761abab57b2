// A content that is one file (application/octet-stream), as systems send it.
#include "web/body_reader.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/bytes.h"
#include "crypto/hash.h"

namespace alting::web {
namespace {

struct OneFile {
  OneFile() { prepare_upload_folder(folder); }
  ~OneFile() {
    request.uploads.clear();
    std::filesystem::remove_all(folder);
  }
  OneFile(const OneFile&) = delete;
  OneFile& operator=(const OneFile&) = delete;
  base::Status feed(std::initializer_list<std::string_view> parts) {
    if (request.headers.empty()) request.headers = {{"content-type", "application/octet-stream"}};
    BodyReader reader(request, limits,
                      {.folder = folder, .random = &random, .token_is_good = [](const Request&) { return false; }});
    for (const auto part : parts) ALTING_CHECK(reader.feed(part));
    return reader.finish();
  }
  base::SystemRandom random;
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("alting-one-file-" + base::to_hex(random.bytes(8)));
  Request request;
  RouteLimits limits{.body = 4, .upload = 10, .uploads = 1, .anti_forgery = false};
};

TEST(BodyReader, takes_a_content_that_is_one_file_to_the_disk) {
  OneFile one;
  ASSERT_TRUE(one.feed({"12345", "", "67890"}));
  EXPECT_EQ(one.request.body, "");
  ASSERT_EQ(one.request.uploads.size(), 1U);
  const auto& upload = one.request.uploads.front();
  EXPECT_EQ(upload.size, 10);
  EXPECT_EQ(upload.sha256, crypto::sha256("1234567890"));
  std::ifstream file(upload.path, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "1234567890");
}

TEST(BodyReader, refuses_one_file_that_is_too_large_or_comes_without_the_token_that_the_route_asks_for) {
  OneFile large;
  const auto refused = large.feed({"12345", "678901"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.upload.too_large");
  OneFile forged;
  forged.limits.anti_forgery = true;
  const auto without = forged.feed({"12345"});
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, "error.anti_forgery");
  EXPECT_TRUE(forged.request.uploads.empty());
}

TEST(BodyReader, reads_past_a_file_of_a_form_that_is_too_large_where_the_handler_is_to_be_told) {
  const auto part = [](std::string_view head, std::string_view content) {
    return "--x\r\nContent-Disposition: form-data; " + std::string(head) + "\r\n\r\n" + std::string(content) + "\r\n";
  };
  const auto sent = part("name=\"a\"; filename=\"1.pdf\"", "12345") +
                    part("name=\"a\"; filename=\"2.pdf\"", "12345678901") +
                    part("name=\"a\"; filename=\"3.pdf\"", "123456") + part("name=\"t\"", "word") + "--x--\r\n";
  for (const bool told : {true, false}) {
    OneFile form;
    form.limits = {
        .body = 4, .upload = 10, .uploads = 3, .upload_total = 12, .anti_forgery = false, .tell_large = told};
    form.request.headers = {{"content-type", "multipart/form-data; boundary=x"}};
    const auto read = form.feed({sent.substr(0, 160), sent.substr(160)});
    ASSERT_EQ(bool(read), told);
    if (!told) continue;
    EXPECT_EQ(form.request.form_value("t"), "word");
    ASSERT_EQ(form.request.uploads.size(), 3U);
    EXPECT_FALSE(form.request.uploads[0].too_large);
    EXPECT_TRUE(form.request.uploads[1].too_large && form.request.uploads[1].path.empty());
    EXPECT_EQ(form.request.uploads[1].file_name, "2.pdf");
    EXPECT_FALSE(form.request.uploads[2].too_large) << "what was read past counts for nothing";
  }
}

TEST(BodyReader, makes_no_file_of_nothing) {
  OneFile empty;
  ASSERT_TRUE(empty.feed({}));
  EXPECT_TRUE(empty.request.uploads.empty());
}

}  // namespace
}  // namespace alting::web
