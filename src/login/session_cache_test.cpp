#include "login/session_cache.h"

#include <gtest/gtest.h>

namespace alting::login {
namespace {

TEST(SessionCache, forgets_a_session_that_is_put_by_one_who_began_before_an_erasure) {
  SessionCache cache(true);
  StoredSession session;
  session.last_seen = {1};
  cache.put("kari", session, cache.find("kari").generation);
  const auto began = cache.find("kari");
  ASSERT_TRUE(began.found);
  cache.erase({"ola"});
  EXPECT_TRUE(cache.find("kari").found);
  session.last_seen = {2};
  cache.put("kari", session, began.generation);
  EXPECT_FALSE(cache.find("kari").found) << "the older visit would be judged by";
  cache.put("kari", session, cache.find("kari").generation);
  EXPECT_EQ(cache.find("kari").found->last_seen, base::Instant{2});
}

}  // namespace
}  // namespace alting::login
