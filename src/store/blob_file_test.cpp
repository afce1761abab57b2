#include "store/blob_file.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "store/database.h"
#include "store/failpoint.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

TEST(BlobFolder, is_tried_and_nothing_is_left_of_it) {
  const testing::TempFolder temp;
  base::SystemRandom random;
  const auto folder = temp.path() / "blobs";
  std::filesystem::create_directory(folder);
  make_blob_folder(folder);
  try_blob_folder(folder, base::Uuid::v4(random));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "new"));
  failpoint::arm("blob.sync", failpoint::Action::error);
  EXPECT_THROW(try_blob_folder(folder, base::Uuid::v4(random)), DatabaseError);
  failpoint::disarm();
  EXPECT_TRUE(std::filesystem::is_empty(folder / "new"));
  EXPECT_THROW(try_blob_folder(temp.path() / "gone", base::Uuid::v4(random)), DatabaseError);
}

}  // namespace
}  // namespace alting::store
