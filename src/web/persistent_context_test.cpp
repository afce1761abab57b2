#include "web/persistent_context.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace alting::web {
namespace {

TEST(PersistentContext, survives_the_cookie) {
  for (const auto& context : {PersistentContext{}, PersistentContext{base::Language::nn, ""},
                              PersistentContext{{}, "MinID"}, PersistentContext{base::Language::en, "BankID på mobil"}})
    EXPECT_EQ(read_persistent_context(to_text(context)), context);
}

TEST(PersistentContext, leaves_out_what_it_does_not_understand) {
  EXPECT_EQ(read_persistent_context("xx:<script>"), PersistentContext{});
  EXPECT_EQ(read_persistent_context("nb:" + base::to_base64url("<script>")),
            (PersistentContext{base::Language::nb, ""}));
  EXPECT_EQ(read_persistent_context("nb:" + base::to_base64url(std::string(41, 'a'))),
            (PersistentContext{base::Language::nb, ""}));
  EXPECT_EQ(read_persistent_context(":::"), PersistentContext{});
}

}  // namespace
}  // namespace alting::web
