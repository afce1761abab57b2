#include "parties/background.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parties/import.h"
#include "parties/testing/test_registers.h"

namespace alting::parties {
namespace {

using ::testing::HasSubstr;

class PartiesBackground : public ::testing::TestWithParam<store::Engine> {
 protected:
  testing::TestRegisters registers{GetParam(), false};

  void import(const std::string& name) {
    bool read = false;
    ImportOptions options;
    options.source_name = name;
    options.may_shrink = true;
    ASSERT_TRUE(import_enhetsregisteret(
        *registers.registry,
        [&]() -> base::Result<base::Bytes> {
          if (std::exchange(read, true)) return base::Bytes();
          return base::Bytes(
              R"([{"organisasjonsnummer": "205000003", "navn": ")" + name +
              R"(", "organisasjonsform": {"kode": "AS"}, "konkurs": false, "respons_klasse": "Enhet"}])");
        },
        options));
  }
  std::string read() {
    base::Metrics metrics;
    count_registers(metrics, registers.temp.database(), registers.clock);
    metrics.refresh();
    return metrics.text();
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, PartiesBackground, store::testing::engines(), store::testing::engine_name);

TEST_P(PartiesBackground, tells_how_long_ago_a_register_was_brought_in) {
  import("Første AS");
  registers.clock.advance(base::Duration::hours(2));
  EXPECT_THAT(read(), HasSubstr("alting_import_age_seconds{register=\"enhetsregisteret/units\"} 7200\n"));
  import("Andre AS");
  EXPECT_THAT(read(), HasSubstr("alting_import_age_seconds{register=\"enhetsregisteret/units\"} 0\n"));
}

TEST_P(PartiesBackground, sweeps_what_an_import_replaced_some_at_a_time) {
  import("Første AS");
  import("Andre AS");
  const auto jobs = background_jobs(registers.temp.database());
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_GT(jobs[0].run(), 0);
  EXPECT_EQ(jobs[0].run(), 0);
  EXPECT_EQ(sweep_registers(registers.temp.database(), 0), 0);
}

}  // namespace
}  // namespace alting::parties
