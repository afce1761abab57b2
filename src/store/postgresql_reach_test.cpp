// Connection strings of every shape: those that stay on this machine, and those that leave it protected or not.
#include <gtest/gtest.h>

#include <vector>

#include "store/postgresql.h"

namespace alting::store {
namespace {

TEST(PostgresqlReach, tells_what_leaves_this_machine_and_how_it_is_protected) {
  struct Case {
    std::string where;
    bool elsewhere;
    std::string sslmode;
  };
  const std::vector<Case> cases{
      {"dbname=alting", false, ""},
      {"host=/run/postgresql dbname=alting", false, ""},
      {"host=localhost dbname=alting sslmode=disable", false, "disable"},
      {"postgresql://alting@127.0.0.1:5432/alting", false, ""},
      {"host=::1", false, ""},
      {"host=127.8.9.10", false, ""},
      {"host=127.db.example.org", true, ""},
      {"host=127.0.0.1.example.org sslmode=prefer", true, "prefer"},
      {"host=localhost hostaddr=127.1", true, ""},
      {"host=128.0.0.1", true, ""},
      {"postgresql://alting@db.example.no/alting", true, ""},
      {"host=db.example.no sslmode=require", true, "require"},
      {"postgresql://alting@db.example.no/alting?sslmode=verify-full", true, "verify-full"},
      {"host=/run/postgresql,db.example.no", true, ""},
      {"host=localhost hostaddr=10.1.2.3", true, ""},
      {"host=localhost.example.no", true, ""},
      {"service=alting", true, ""},
  };
  for (const auto& one : cases) {
    const auto reach = postgresql_reach(one.where);
    ASSERT_TRUE(reach) << one.where;
    EXPECT_EQ(reach->elsewhere, one.elsewhere) << one.where;
    EXPECT_EQ(reach->sslmode, one.sslmode) << one.where;
  }
  const auto wrong = postgresql_reach("password=hemmelig hosst=x");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().detail.find("hemmelig"), std::string::npos);
}

}  // namespace
}  // namespace alting::store
