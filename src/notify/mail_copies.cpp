#include "notify/mail_copies.h"

#include <algorithm>

#include "base/uuid.h"
#include "net/mail.h"
#include "store/row_reader.h"

namespace alting::notify {
namespace {

class CopyingRelay final : public net::MailRelay {
 public:
  CopyingRelay(store::Database& database, base::Random& random, const base::Clock& clock,
               std::unique_ptr<net::DkimSigner> signer)
      : database_(database), random_(random), clock_(clock), signer_(std::move(signer)) {}

  net::MailAnswer send(const net::Mail& mail) override {
    const auto text = net::compose(mail, signer_.get());
    if (!text) return {net::MailOutcome::refused, "5.6.0", text.error().code};
    const auto now = clock_.now();
    const auto id = base::Uuid::v7(random_, now).text();
    (void)database_.write([&](store::Tx& tx) -> base::Status {
      tx.run(
          "INSERT INTO notify_mail_copy (id, kept_at, address, subject, language, plain, html, text) VALUES (?, ?, ?, "
          "?, "
          "?, ?, ?, ?)",
          {id, now, mail.to, mail.subject, mail.language, mail.plain, mail.html, *text});
      return {};
    });
    return {net::MailOutcome::accepted, "2.0.0", "kept, and sent to nobody"};
  }

 private:
  store::Database& database_;
  base::Random& random_;
  const base::Clock& clock_;
  const std::unique_ptr<net::DkimSigner> signer_;
};

MailCopy read_copy_head(store::RowReader& from) {
  MailCopy copy;
  copy.id = from.next<std::string>();
  copy.at = from.next<base::Instant>();
  copy.to = from.next<std::string>();
  copy.subject = from.next<std::string>();
  copy.language = from.next<std::string>();
  return copy;
}

}  // namespace

MailCopyPage MailCopies::list(std::string_view after, int limit) {
  limit = std::clamp(limit, 1, 200);
  MailCopyPage page;
  if (!after.empty() && !base::Uuid::parse(after)) return page;
  const auto rows = database_.read([&](store::Tx& tx) {
    return tx.query(
        "SELECT id, kept_at, address, subject, language FROM notify_mail_copy WHERE id < ? ORDER BY id DESC LIMIT ?",
        {after.empty() ? std::string_view("~") : after, limit + 1});
  });
  for (const auto& row : rows) {
    if (page.rows.size() == static_cast<std::size_t>(limit)) {
      page.next = page.rows.back().id;
      break;
    }
    store::RowReader from(row);
    page.rows.push_back(read_copy_head(from));
  }
  return page;
}

std::optional<MailCopy> MailCopies::find(std::string_view id) {
  if (!base::Uuid::parse(id)) return std::nullopt;
  const auto row = database_.read([&](store::Tx& tx) {
    return tx.query_one(
        "SELECT id, kept_at, address, subject, language, plain, html, text FROM notify_mail_copy WHERE id = ?", {id});
  });
  if (!row) return std::nullopt;
  store::RowReader from(*row);
  auto copy = read_copy_head(from);
  copy.plain = from.next<std::string>();
  copy.html = from.next<std::string>();
  copy.text = from.next<std::string>();
  copy.headers = copy.text.substr(0, copy.text.find("\r\n\r\n"));
  return copy;
}

std::unique_ptr<net::MailRelay> make_copying_relay(store::Database& database, base::Random& random,
                                                   const base::Clock& clock, std::unique_ptr<net::DkimSigner> signer) {
  return std::make_unique<CopyingRelay>(database, random, clock, std::move(signer));
}

}  // namespace alting::notify
