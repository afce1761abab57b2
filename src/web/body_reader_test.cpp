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
    request.headers = {{"content-type", "application/octet-stream"}};
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

TEST(BodyReader, makes_no_file_of_nothing) {
  OneFile empty;
  ASSERT_TRUE(empty.feed({}));
  EXPECT_TRUE(empty.request.uploads.empty());
}

}  // namespace
}  // namespace alting::web
