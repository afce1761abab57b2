// What one entry of the log has room for, and that nobody fills in what can never be sent.
#include <gtest/gtest.h>

#include "instances/testing/instances_fixture.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "ledger/verify.h"

namespace alting::instances {
namespace {

using testing::expect;
using testing::Language, testing::Action;

class ManyAttachments : public testing::InstancesFixture {
 protected:
  // As a form of several data types would have them: `count` more, of a type that the form does not show.
  void add_rows(terms::InstanceId id, std::size_t count) {
    ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      for (std::size_t i = 0; i < count; ++i)
        tx.run(
            "INSERT INTO attachment (party_id, instance_id, element_id, data_type, file_name, tag, media_type, size, "
            "blob_name, key_id, digest, scan, created_at, created_by) SELECT party_id, instance_id, ?, 'annet', "
            "file_name, tag, ?, size, blob_name, key_id, digest, scan, created_at, created_by FROM attachment WHERE "
            "instance_id = ? AND data_type = 'vedlegg' LIMIT 1",
            {base::Uuid::v4(registers.random).text(),
             "application/vnd.openxmlformats-officedocument.presentationml.presentation", id});
      return {};
    }));
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ManyAttachments, store::testing::engines(), store::testing::engine_name);

TEST_P(ManyAttachments, as_many_as_may_be_are_sent_and_the_receipt_names_each) {
  const auto id = begin();
  add_file(id, "vedlegg.pdf", testing::small_pdf);
  add_rows(id, forms::max_attachments - 1);
  const auto draft = fill(id);
  const auto sent = send(id, draft.version, post());
  ASSERT_TRUE(sent.receipt);
  const auto verified =
      ledger::verify_receipt(sent.receipt->json, {{"skjema.json", sent.submission.digest}}, {log->verifier_key()});
  EXPECT_EQ(verified.overall, ledger::Verification::Overall::verified);
  EXPECT_EQ(verified.entry["documents"].size(), forms::max_attachments + 1);
}

TEST_P(ManyAttachments, one_more_is_refused_when_it_is_attached_and_leaves_nothing) {
  const auto id = begin();
  add_file(id, "vedlegg.pdf", testing::small_pdf);
  add_rows(id, forms::max_attachments - 1);
  const auto blobs = [&] {
    return std::distance(std::filesystem::recursive_directory_iterator(vault.folder() / "blobs"),
                         std::filesystem::recursive_directory_iterator());
  };
  const auto before = blobs();
  const auto refused = attach(id, "en-til.pdf", testing::small_pdf);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "upload.too_many_in_all");
  EXPECT_EQ(blobs(), before);
}

TEST_P(ManyAttachments, a_draft_with_more_from_before_is_told_what_to_do) {
  const auto id = begin();
  add_file(id, "vedlegg.pdf", testing::small_pdf);
  add_rows(id, forms::max_attachments + 150);
  const auto draft = fill(id);
  const auto refused = expect(instances->sending.submit(permit(manager, Action::complete, id), Language::nb,
                                                        registers.clock.now(), draft.version, post()));
  ASSERT_TRUE(std::holds_alternative<SubmitRefusal>(refused));
  const auto& issues = std::get<SubmitRefusal>(refused).issues;
  EXPECT_TRUE(std::ranges::any_of(
      issues, [](const auto& one) { return one.message.find("høyst 100 vedlegg") != std::string::npos; }));
}

TEST_P(ManyAttachments, an_entry_has_room_for_the_most_attachments_and_the_most_promises_together) {
  auto entry = ledger::entry_for(ledger::EventKind::supplement_received, permit(manager, Action::write, begin()),
                                 registers.clock.now());
  entry.party_name = "Fjord og Fjell AS";
  entry.agency = "dat";
  for (std::size_t i = 0; i <= forms::max_attachments; ++i)
    entry.documents.push_back({"attachment",
                               "application/vnd.openxmlformats-officedocument.presentationml.presentation", "fil.pptx",
                               50'000'000, base::Bytes(32, 'x')});
  base::Json paths = base::Json::array();
  for (int i = 0; i < 12 * 1024 / 33; ++i) paths.push_back(base::Json("en.sti.som.er.tretti.tegn.lang"));
  entry.set(ledger::parameter::open_fields, std::move(paths));
  entry.set(ledger::parameter::open_count, std::int64_t{1'000'000});
  EXPECT_NO_THROW((void)log->prepare(std::move(entry)));
}

}  // namespace
}  // namespace alting::instances
