// The dialogue with a relay (RFC 5321). Nothing of a mail can be read as a command or as its end by any server: all lines end in
// CR LF, no other CR or LF is sent, and a line that begins with a dot gets another (section 4.5.2).
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include "net/mail_options.h"
#include "net/mail_relay.h"
#include "net/smtp_connection.h"

namespace alting::net {
namespace {

constexpr auto kept_idle = std::chrono::seconds(30);  // servers end what is silent, after five minutes at the latest
constexpr int mails_of_connection = 100;              // and some what has gone on for long

// Refusals that are of us and not of this address: the relay wants another login, or takes no mail from us now.
bool is_of_us(const SmtpReply& reply) {
  return reply.code == 421 || reply.code == 530 || reply.code == 534 || reply.code == 535 || reply.code == 538 ||
         reply.enhanced == "5.7.0" || reply.enhanced == "5.7.8";
}

MailAnswer answer_of(const SmtpReply& reply, std::string_view recipient, bool of_sender = false) {
  MailAnswer answer;
  answer.code = reply.enhanced.empty() ? std::to_string(reply.code) : reply.enhanced;
  std::string said;
  for (const auto& line : reply.lines) said += line + ' ';
  answer.words = carriers_words(said, recipient);
  if (reply.is(2))
    answer.outcome = MailOutcome::accepted;
  else if (reply.is(5) && !of_sender && !is_of_us(reply))
    answer.outcome = MailOutcome::refused;
  else
    answer.outcome = MailOutcome::later;
  return answer;
}

MailAnswer lost(MailOutcome outcome, std::string words) { return {outcome, "", std::move(words)}; }

std::string dot_stuffed(std::string_view mail) {
  std::string out;
  out.reserve(mail.size() + 64);
  bool at_begin = true;
  for (const char c : mail) {
    if (at_begin && c == '.') out += '.';
    out += c;
    at_begin = c == '\n';
  }
  return out;
}

struct Letter {
  std::string from, to, envelope_id;  // on the wire
  std::string content;                // with dots, up to the last CR LF
};

class Dialogue {
 public:
  Dialogue(SmtpConnection& connection, const Letter& letter) : connection_(connection), letter_(letter) {}

  MailAnswer run() {
    const auto commands = envelope();
    const bool at_once = connection_.pipelining();  // RFC 2920: one way there and back for all three
    std::optional<MailAnswer> refusal;
    if (at_once && !connection_.send(commands[0] + commands[1] + commands[2])) return lost_before_dot();
    for (std::size_t step = 0; step < commands.size(); ++step) {
      if (!at_once && !connection_.send(commands[step])) return lost_before_dot();
      const SmtpReply reply = connection_.reply();
      if (reply.code == 0) return refusal ? *refusal : lost_before_dot();
      if (reply.code == 421) return refusal ? *refusal : answer_of(reply, letter_.to);
      known_ = true;
      if (step == 2 && reply.code == 354) return refusal ? end_without_content(std::move(*refusal)) : content();
      if (step < 2 && reply.is(2)) continue;
      if (!refusal) refusal = answer_of(reply, letter_.to, step == 0);
      if (refusal->outcome == MailOutcome::accepted)
        refusal->outcome = MailOutcome::later;  // to DATA, 2xx says nothing
      if (!at_once) break;
    }
    if (connection_.send("RSET\r\n")) (void)connection_.reply();
    return std::move(*refusal);
  }

  // Whether the relay said anything of this mail. If not, the connection had ended before, and another may be tried.
  [[nodiscard]] bool known() const { return known_; }

 private:
  [[nodiscard]] std::array<std::string, 3> envelope() const {
    // In letters of any case (RFC 5321 section 2.4).
    std::string from = "MAIL From:<" + letter_.from + ">", to = "RCPT TO:<" + letter_.to + ">";
    if (connection_.dsn()) {  // RFC 3461: of failures and delays, with the headers alone
      from += " RET=HDRS";
      if (!letter_.envelope_id.empty()) from += " ENVID=" + letter_.envelope_id;
      to += " NOTIFY=FAILURE,DELAY";
    }
    return {from + "\r\n", to + "\r\n", "DATA\r\n"};
  }

  static MailAnswer lost_before_dot() {
    return lost(MailOutcome::later, "the connection was lost before the mail was sent");
  }

  MailAnswer content() {
    if (!connection_.send(letter_.content))
      return lost(MailOutcome::later, "the connection was lost while the mail was sent");
    // From here on nobody but the relay knows.
    if (!connection_.send(".\r\n")) return lost(MailOutcome::unsure, "the connection was lost after the last dot");
    const SmtpReply reply = connection_.reply();
    if (reply.code == 0) return lost(MailOutcome::unsure, "the relay did not answer after the last dot");
    return answer_of(reply, letter_.to);
  }

  // The relay wants the content of a mail that it refused (RFC 2920 section 3.1): it gets none.
  MailAnswer end_without_content(MailAnswer refusal) {
    if (connection_.send(".\r\n")) (void)connection_.reply();
    return refusal;
  }

  SmtpConnection& connection_;
  const Letter& letter_;
  bool known_ = false;
};

base::Result<std::string> password_of_relay(const MailOptions& options) {
  if (options.relay.empty())
    return base::make_error(base::ErrorKind::invalid, "error.settings", "mail.relay: no relay is named");
  ALTING_CHECK(check_mail_options(options));
  if (options.user.empty()) return std::string();
  return read_password("mail.password_file", options.password_file);
}

class SmtpRelay final : public MailRelay {
 public:
  SmtpRelay(MailOptions options, std::string password, std::unique_ptr<DkimSigner> signer)
      : options_(std::move(options)), password_(std::move(password)), signer_(std::move(signer)) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) throw std::runtime_error("libcurl does not start");
  }
  ~SmtpRelay() override {
    idle_.clear();
    curl_global_cleanup();
  }

  MailAnswer send(const Mail& mail) override {
    auto composed = compose(mail, signer_.get());
    if (!composed) return {MailOutcome::refused, "", composed.error().detail};
    const Letter letter{*to_wire_address(mail.return_path), *to_wire_address(mail.to), mail.envelope_id,
                        dot_stuffed(*composed)};
    const Turn turn(*this);
    for (;;) {
      Kept kept = take();
      const bool is_new = kept.mails == 0;
      if (!kept.connection->failed().empty()) return lost(MailOutcome::later, kept.connection->failed());
      Dialogue dialogue(*kept.connection, letter);
      MailAnswer answer = dialogue.run();
      if (!kept.connection->broken()) give_back(std::move(kept));
      // One that lay idle may have been ended by the relay meanwhile: then nothing went. After the few of those comes a new one.
      if (is_new || dialogue.known()) return answer;
    }
  }

 private:
  struct Kept {
    std::unique_ptr<SmtpConnection> connection;
    int mails = 0;
    std::chrono::steady_clock::time_point used;
  };

  // At most `at_once` callers at a time.
  class Turn {
   public:
    explicit Turn(SmtpRelay& relay) : relay_(relay) {
      std::unique_lock lock(relay_.mutex_);
      relay_.free_.wait(lock, [&] { return relay_.under_way_ < relay_.options_.at_once; });
      ++relay_.under_way_;
    }
    ~Turn() {
      const std::scoped_lock lock(relay_.mutex_);
      --relay_.under_way_;
      relay_.free_.notify_one();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    SmtpRelay& relay_;
  };

  Kept take() {
    std::vector<Kept> ended;  // goodbyes are said without the lock
    {
      const std::scoped_lock lock(mutex_);
      const auto now = std::chrono::steady_clock::now();
      while (!idle_.empty()) {
        Kept kept = std::move(idle_.back());
        idle_.pop_back();
        if (now - kept.used < kept_idle) return kept;
        ended.push_back(std::move(kept));
      }
    }
    return {std::make_unique<SmtpConnection>(options_, password_), 0, {}};
  }

  void give_back(Kept kept) {
    if (++kept.mails >= mails_of_connection) return;
    kept.used = std::chrono::steady_clock::now();
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(kept));
  }

  const MailOptions options_;
  const std::string password_;
  const std::unique_ptr<DkimSigner> signer_;
  std::mutex mutex_;
  std::condition_variable free_;
  int under_way_ = 0;
  std::vector<Kept> idle_;
};

}  // namespace

base::Result<std::unique_ptr<MailRelay>> make_smtp_relay(MailOptions options) {
  ALTING_TRY(password, password_of_relay(options));
  ALTING_TRY(signer, make_signer(options));
  return std::unique_ptr<MailRelay>(
      std::make_unique<SmtpRelay>(std::move(options), std::move(password), std::move(signer)));
}

base::Status try_relay(const MailOptions& options) {
  ALTING_TRY(password, password_of_relay(options));
  const SmtpConnection connection(options, password);
  if (connection.failed().empty()) return {};
  return base::make_error(base::ErrorKind::unavailable, "error.net.no_answer", connection.failed());
}

}  // namespace alting::net
