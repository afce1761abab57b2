#include "paper/file_endings.h"

#include <gtest/gtest.h>

#include "paper/file_type.h"

namespace alting::paper {
namespace {

using Endings = std::vector<std::string>;

TEST(FileEndings, ThoseOfOneTypeAreOne) {
  for (const auto& [form, file] : std::vector<std::pair<std::string, std::string>>{{".jpeg", "bilde.jpg"},
                                                                                   {".jpg", "IMG_1.JPEG"},
                                                                                   {".jpg", "nedlastet.jfif"},
                                                                                   {".tiff", "plan.tif"},
                                                                                   {".heic", "IMG.heif"},
                                                                                   {".htm", "side.html"},
                                                                                   {".mpeg", "film.mpg"},
                                                                                   {".JPG", "a.jpeg"}})
    EXPECT_TRUE(has_ending(file, {".pdf", form})) << form << " " << file;
  EXPECT_FALSE(has_ending("a.png", {".jpg"}));
  EXPECT_FALSE(has_ending("jpg", {".jpeg"}));
  EXPECT_TRUE(has_ending("whatever", {}));
}

TEST(FileEndings, AListGetsThoseThatAreAlikeOnce) {
  EXPECT_EQ(with_endings_alike({".pdf", ".jpeg", ".jpg", ".png"}), (Endings{".pdf", ".jpeg", ".jpg", ".jfif", ".png"}));
  EXPECT_EQ(with_endings_alike({}), Endings{});
}

// A file that may be chosen must not be refused for its ending afterwards.
TEST(FileEndings, ThoseThatAreAlikeAreAllTakenOrNone) {
  for (const std::string one : {".jpg", ".tif", ".heic", ".mpg", ".sos", ".htm"}) {
    for (const auto& other : endings_alike(one))
      EXPECT_EQ(type_of_extension(one.substr(1)).has_value(), type_of_extension(other.substr(1)).has_value()) << other;
  }
}

}  // namespace
}  // namespace alting::paper
