// Number and name are not tried without end, also when they fit.
#include <gtest/gtest.h>

#include "parties/testing/test_registers.h"

namespace alting::parties {
namespace {

class LookupQuota : public ::testing::TestWithParam<store::Engine> {};
INSTANTIATE_TEST_SUITE_P(Engines, LookupQuota, store::testing::engines(), store::testing::engine_name);

TEST_P(LookupQuota, EachLookUpSpendsAnEntryOfTheHourAlsoForAHit) {
  testing::TestRegisters registers(GetParam());
  store::QuotaLimits limits;
  limits.entries = 3;
  const auto limited =
      make_registry({registers.temp.database(), registers.clock, registers.random, registers.numbers,
                     *registers.folkeregisteret, *registers.krr, terms::Mode::test, store::Quotas(limits)});
  const auto manager = registers.actor("manager");
  const terms::NationalIdText number(registers.person("employee").national_id);
  EXPECT_TRUE(limited->look_up_person(manager, number, "Elvebredd"));
  EXPECT_FALSE(limited->look_up_person(manager, number, "Feil"));
  EXPECT_TRUE(limited->look_up_person(manager, number, "Elvebredd"));
  const auto refused = limited->look_up_person(manager, number, "Elvebredd");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::too_many);
  EXPECT_TRUE(limited->look_up_person(registers.actor("chair"), number, "Elvebredd"))
      << "each has an hour of their own";
  registers.clock.advance(base::Duration::minutes(61));
  EXPECT_TRUE(limited->look_up_person(manager, number, "Elvebredd"));
}

}  // namespace
}  // namespace alting::parties
