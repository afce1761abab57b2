#include "privacy/opened_columns.h"

#include <array>

namespace alting::privacy {
namespace {

struct OpenedColumn {
  std::string_view table, column;
  Opening opening;
};
constexpr std::array opened_columns{
    OpenedColumn{"ledger_entry", "body", Opening::log_entry},
    OpenedColumn{"ledger_entry", "actor_body", Opening::log_actor},
    OpenedColumn{"ledger_concerned", "body", Opening::log_entry},
    OpenedColumn{"party", "sort_name", Opening::sort_key},
    OpenedColumn{"party_identifier", "sealed", Opening::number},
    OpenedColumn{"organisation", "sort_name", Opening::sort_key},
    OpenedColumn{"local_number_change", "was_sealed", Opening::number},
    OpenedColumn{"local_number_change", "became_sealed", Opening::number},
    OpenedColumn{"instance", "caption", Opening::party_key},
    OpenedColumn{"draft", "content", Opening::party_key},
    OpenedColumn{"draft", "saved_by_name", Opening::party_key},
    OpenedColumn{"attachment", "digest", Opening::digest},
    OpenedColumn{"submission", "content", Opening::party_key},
    OpenedColumn{"submission", "sender_name", Opening::party_key},
    OpenedColumn{"submission", "digest", Opening::digest},
    OpenedColumn{"message_batch", "caption", Opening::party_key},
    OpenedColumn{"message_batch", "content", Opening::party_key},
    OpenedColumn{"message_batch", "digest", Opening::digest},
    OpenedColumn{"message_file", "digest", Opening::digest},
    OpenedColumn{"message_answer", "content", Opening::party_key},
    OpenedColumn{"message_answer_file", "digest", Opening::digest},
    OpenedColumn{"staged_file", "digest", Opening::digest},
    OpenedColumn{"login_session", "id_hash", Opening::secret},
    OpenedColumn{"login_session", "issuer_session_hash", Opening::secret},
    OpenedColumn{"login_session", "credential", Opening::secret},
    OpenedColumn{"login_session", "id_token", Opening::browser_only},
    OpenedColumn{"login_certificate_turn", "state_hash", Opening::secret},
    OpenedColumn{"login_certificate_turn", "code_hash", Opening::secret},
    OpenedColumn{"store_once", "id", Opening::secret},
    OpenedColumn{"event_subscription", "end_point", Opening::secret},
    OpenedColumn{"privacy_copy", "lease_holder", Opening::secret},
    OpenedColumn{"login_kept_post", "fields", Opening::browser_only},
    OpenedColumn{"rights_request", "words", Opening::party_key},
    OpenedColumn{"rights_request", "answer", Opening::party_key},
    OpenedColumn{"privacy_copy", "digest", Opening::digest},
};
constexpr std::string_view of_another = "another: ";

}  // namespace

std::optional<Opening> opening_of(std::string_view table, std::string_view column) {
  for (const auto& one : opened_columns)
    if (one.table == table && one.column == column) return one.opening;
  return std::nullopt;
}

bool is_left_out(const terms::Table& table, const terms::Column& column) {
  return column.said.whose.starts_with(of_another) || opening_of(table.name, column.name) == Opening::secret;
}

}  // namespace alting::privacy
