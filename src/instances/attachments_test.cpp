// What may be attached, and what is left of what may not.
#include <gtest/gtest.h>

#include "access/testing/access_fixture.h"
#include "base/size.h"
#include "instances/testing/instances_fixture.h"

namespace alting::instances::testing {
namespace {

// Does something while a file is looked at, as another request would.
class Meanwhile final : public Scanner {
 public:
  explicit Meanwhile(std::function<void()> act) : act_(std::move(act)) {}
  base::Result<std::string> scan(const std::filesystem::path&, const StillWanted&) override {
    act_();
    return std::string("clean");
  }

 private:
  std::function<void()> act_;
};

class Attaching : public InstancesFixture {
 protected:
  std::size_t blobs() {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(vault.folder() / "blobs"))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
  Attachments with(Scanner& other) { return with(other, *log); }
  Attachments with(Scanner& other, ledger::Ledger& ledger) {
    return Attachments({.database = registers.temp.database(),
                        .vault = vault.vault(),
                        .ledger = ledger,
                        .decider = access->decider(),
                        .apps = apps,
                        .scanner = other,
                        .inspector = inspector,
                        .erasure = instances->erasure,
                        .clock = registers.clock,
                        .random = registers.random,
                        .quotas = {}});
  }
  NewAttachment file(const std::string& name) {
    const auto path = files.path() / name;
    std::ofstream(path, std::ios::binary) << testing::small_pdf;
    return {.data_type = "vedlegg",
            .tag = "annet",
            .file_name = name,
            .file = path,
            .size = static_cast<std::int64_t>(testing::small_pdf.size())};
  }
  static std::string code_of(const base::Result<Attachment>& result) { return result ? "kept" : result.error().code; }
};

INSTANTIATE_TEST_SUITE_P(Engines, Attaching, store::testing::engines(), store::testing::engine_name);

TEST_P(Attaching, who_adds_a_file_has_read_the_draft) {
  const auto id = begin();
  alting::access::testing::RememberingLedger ledger;
  ASSERT_TRUE(with(*scanner, ledger).attach(permit(manager, Action::write, id), file("a.pdf")));
  EXPECT_EQ(ledger.own_reads.load(), 1);
}

TEST_P(Attaching, a_file_that_the_form_has_no_room_for_is_refused_before_it_is_looked_at_or_sealed) {
  const auto id = begin();
  for (const auto* name : {"1.pdf", "2.pdf", "3.pdf"}) add_file(id, name, testing::small_pdf);
  const auto before = blobs();
  bool looked_at = false;
  Meanwhile meanwhile([&] { looked_at = true; });
  auto other = with(meanwhile);
  EXPECT_EQ(code_of(other.attach(permit(manager, Action::write, id), file("4.pdf"))), "upload.too_many");
  EXPECT_FALSE(looked_at);
  EXPECT_EQ(blobs(), before);
}

TEST_P(Attaching, one_that_others_took_the_room_of_meanwhile_leaves_nothing_behind) {
  const auto id = begin();
  Meanwhile meanwhile([&] {
    for (const auto* name : {"1.pdf", "2.pdf", "3.pdf"}) add_file(id, name, testing::small_pdf);
  });
  auto other = with(meanwhile);
  EXPECT_EQ(code_of(other.attach(permit(manager, Action::write, id), file("4.pdf"))), "upload.too_many");
  EXPECT_EQ(blobs(), 3U);
}

TEST_P(Attaching, one_person_has_two_uploads_under_way_at_most_and_others_are_not_held_up) {
  const auto id = begin();
  std::vector<std::string> third;
  std::string of_another;
  int depth = 0;
  Attachments* under_test = nullptr;
  Meanwhile meanwhile([&] {
    if (++depth == 1) {
      EXPECT_EQ(code_of(under_test->attach(permit(manager, Action::write, id), file("b.pdf"))), "kept");
    } else if (depth == 2) {
      third.push_back(code_of(under_test->attach(permit(manager, Action::write, id), file("c.pdf"))));
      of_another = code_of(under_test->attach(permit(colleague, Action::write, id), file("d.pdf")));
    }
  });
  auto one = with(meanwhile);
  under_test = &one;
  EXPECT_EQ(code_of(one.attach(permit(manager, Action::write, id), file("a.pdf"))), "kept");
  EXPECT_EQ(third, std::vector<std::string>{"upload.at_once"});
  EXPECT_EQ(of_another, "kept");
  depth = 9;
  EXPECT_NE(code_of(one.attach(permit(manager, Action::write, id), file("e.pdf"))), "upload.at_once")
      << "a place is given back";
}

TEST_P(Attaching, work_is_dropped_when_its_asker_has_gone) {
  const auto id = begin();
  bool here = true;
  Meanwhile meanwhile([&] { here = false; });
  auto other = with(meanwhile);
  auto given = file("a.pdf");
  given.still_wanted = [&] { return here; };
  EXPECT_EQ(code_of(other.attach(permit(manager, Action::write, id), given)), "error.inspection.busy");
  EXPECT_EQ(blobs(), 0U);
}

TEST_P(Attaching, endings_of_one_type_are_one) {
  const auto id = begin();
  const auto jpeg = *base::from_hex("ffd8ffe000104a46494600010100000100010000ffdb");
  EXPECT_EQ(code_of(attach(id, "nedlastet.jfif", jpeg)), "kept");
  EXPECT_EQ(code_of(attach(id, "bilde.tif", jpeg)), "upload.ending");
}

// What is shown of a file is reckoned as its limit is (base/size.h).
TEST_P(Attaching, a_file_larger_than_the_limit_is_refused_with_the_limit_and_never_shown_as_fitting) {
  const auto id = begin();
  auto given = file("a.pdf");
  const std::int64_t limit = 10 * base::megabyte;  // of the form dat/veiledning
  given.size = limit + 1;
  const auto refused = instances->attachments.attach(permit(manager, Action::write, id), given);
  ASSERT_EQ(code_of(refused), "upload.too_large");
  const std::vector<std::pair<std::string, std::string>> params{{"octets", std::to_string(limit)}};
  EXPECT_EQ(refused.error().params, params);
  for (const auto language : base::all_languages)
    EXPECT_NE(base::size_in_words(given.size, language), base::size_in_words(limit, language));
  given.size = limit;
  EXPECT_NE(code_of(instances->attachments.attach(permit(manager, Action::write, id), given)), "upload.too_large");
}

}  // namespace
}  // namespace alting::instances::testing
