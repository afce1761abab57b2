// Who has got something of a party is told when it is restricted: an agency that only sent a message too.
#include "inbox/agencies_with_data.h"

#include "inbox/testing/messages_fixture.h"

namespace alting::inbox {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AgenciesWithData : public testing::MessagesFixture {
 protected:
  std::vector<std::string> agencies(std::string_view item = {}) {
    return registers.temp.database().read([&](store::Tx& tx) { return agencies_with_data(tx, firm, item); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, AgenciesWithData, store::testing::engines(), store::testing::engine_name);

TEST_P(AgenciesWithData, are_those_that_somebody_sent_a_form_to) {
  const auto form = begin();
  EXPECT_THAT(agencies(), IsEmpty()) << "nobody has a draft";
  (void)send(form, fill(form).version, post());
  EXPECT_THAT(agencies(), ElementsAre("dat"));
  EXPECT_THAT(agencies(form.text()), ElementsAre("dat"));
}

TEST_P(AgenciesWithData, are_those_that_sent_a_message_and_got_nothing) {
  const auto letter = send_message(a_message(), {to("Fjord og Fjell AS")}).messages.front();
  EXPECT_THAT(agencies(), ElementsAre("dat"));
  EXPECT_THAT(agencies(letter.text()), ElementsAre("dat"));
  EXPECT_THAT(agencies(post()), IsEmpty()) << "of something else";
}

}  // namespace
}  // namespace alting::inbox
