// What the pages of the inbox have in common: whose it is, and how a row of it is named where it is chosen.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "forms/catalogue.h"
#include "inbox/inbox.h"
#include "inbox/messages.h"
#include "instances/attachments.h"
#include "instances/deleting.h"
#include "instances/drafts.h"
#include "instances/instance_permits.h"
#include "instances/matters.h"
#include "ledger/ledger.h"
#include "parties/contact_points.h"
#include "portal/page_set.h"

namespace alting::portal {

struct InboxUses {
  const forms::AppCatalogue& apps;
  inbox::Inbox& inbox;
  instances::InstancePermits& permits;
  instances::Drafts& drafts;
  instances::Matters& matters;
  instances::Deleting& deleting;
  instances::Attachments& attachments;
  ledger::Ledger& ledger;
  inbox::Messages& messages;
  parties::ContactPoints& contacts;
};
using InboxView = ViewOf<InboxUses>;

// Of the party that the address names, or of all that one acts for.
[[nodiscard]] std::string inbox_address(const View& view, inbox::Folder folder);
[[nodiscard]] std::string chosen_rows_address(const View& view);
[[nodiscard]] base::Result<terms::Scope> inbox_scope(const View& view, terms::Action action);

// A row as a box has it: "<form>", or "m.<message>"; where the parties are many, "<party>." before it.
struct ChosenRow {
  std::string key;
  std::optional<terms::PartyUuid> party;  // nothing: whom the address names
  std::optional<terms::InstanceId> form;
  std::optional<inbox::MessageId> message;  // neither of the two: it is no row's
};
[[nodiscard]] std::string row_key(const View& view, const inbox::Item& item);
[[nodiscard]] std::string message_key(const inbox::MessageId& id);  // of the party that the address names
[[nodiscard]] ChosenRow chosen_row(std::string_view key);

}  // namespace alting::portal
