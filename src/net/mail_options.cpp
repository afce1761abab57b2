#include "net/mail_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/file.h"
#include "base/text.h"

namespace alting::net {
namespace {

using base::ErrorKind;
using base::make_error;

base::Error refuse_setting(std::string_view setting, std::string_view why) {
  return make_error(ErrorKind::invalid, "error.settings", fmt::format("{}: {}", setting, why));
}

// "host", "host:587", "[::1]:587", and nothing that could mean more in an address.
bool is_host_and_port(std::string_view text) {
  if (text.empty() || text.size() > 300 || text.front() == ':') return false;
  const auto colon = text.rfind(':');
  if (colon != std::string_view::npos && text.find(']', colon) == std::string_view::npos) {
    int port = 0;
    const auto digits = text.substr(colon + 1);
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (fault != std::errc{} || end != digits.data() + digits.size() || port < 1 || port > 65535) return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-:[]").find(c) != std::string_view::npos;
  });
}

std::string_view domain_of(std::string_view address) {
  const auto at = address.find('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

base::Result<std::vector<DkimKey>> dkim_keys(const MailOptions& options) {
  std::vector<DkimKey> keys;
  for (const auto& one : options.dkim_keys) {
    const auto equals = one.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == one.size())
      return refuse_setting("mail.dkim_keys", "\"selector=/path/of/key.pem\"");
    keys.push_back({one.substr(0, equals), one.substr(equals + 1)});
  }
  return keys;
}

base::Status check_relay(const MailOptions& options) {
  const std::string_view url = options.relay;
  const auto host = url.starts_with("smtp://") ? url.substr(7) : url.starts_with("smtps://") ? url.substr(8) : "";
  if (!is_host_and_port(host)) return refuse_setting("mail.relay", "\"smtp://host:port\" or \"smtps://host:port\"");
  if (options.plain_to_loopback && !host.starts_with("127.0.0.1:"))
    return refuse_setting("mail.relay", "without TLS to this machine only");
  if (!is_mail_address(options.from)) return refuse_setting("mail.from", "a mail address is needed with mail.relay");
  if (!to_wire_domain(return_domain(options))) return refuse_setting("mail.return_domain", "not a domain");
  if (!options.user.empty() && options.password_file.empty())
    return refuse_setting("mail.password_file", "is needed with mail.user");
  return {};
}

base::Status check_bounces(const MailOptions& options) {
  const std::string_view url = options.bounces;
  const auto rest = url.starts_with("imap://") ? url.substr(7) : url.starts_with("imaps://") ? url.substr(8) : "";
  const auto slash = rest.find('/');
  const auto box = slash == std::string_view::npos ? std::string_view("INBOX") : rest.substr(slash + 1);
  const bool plain_name = !box.empty() && std::all_of(box.begin(), box.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_' || c == '/';
  });
  if (!is_host_and_port(rest.substr(0, slash)) || !plain_name)
    return refuse_setting("mail.bounces", "\"imaps://host/INBOX\"");
  if (options.bounces_user.empty() || options.bounces_password_file.empty())
    return refuse_setting("mail.bounces", "mail.bounces_user and mail.bounces_password_file are needed with it");
  return {};
}

}  // namespace

std::string return_domain(const MailOptions& options) {
  const std::string_view named = options.return_domain.empty() ? domain_of(options.from) : options.return_domain;
  return to_wire_domain(named).value_or(std::string(named));
}

base::Status check_mail_options(const MailOptions& options) {
  if (!options.relay.empty()) ALTING_CHECK(check_relay(options));
  if (!options.bounces.empty()) ALTING_CHECK(check_bounces(options));
  ALTING_CHECK(dkim_keys(options));
  return {};
}

base::Result<std::string> read_password(std::string_view setting, const std::filesystem::path& file) {
  auto content = base::read_file(file, 4096);
  if (!content) return refuse_setting(setting, "the file cannot be read: " + file.string());
  std::string password = content->substr(0, content->find_first_of("\r\n"));
  if (password.empty()) return refuse_setting(setting, "the file is empty: " + file.string());
  return password;
}

base::Result<std::unique_ptr<DkimSigner>> make_signer(const MailOptions& options) {
  ALTING_TRY(keys, dkim_keys(options));
  if (keys.empty()) return std::unique_ptr<DkimSigner>();
  const auto domain = options.dkim_domain.empty() ? std::string(domain_of(options.from)) : options.dkim_domain;
  ALTING_TRY(signer, DkimSigner::make(domain, keys));
  return std::make_unique<DkimSigner>(std::move(signer));
}

}  // namespace alting::net
