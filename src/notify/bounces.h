// Mail that came back: fetched from the mailbox of the return paths, understood, and written to the attempt that it names.
// An address that does not work is marked for whoever has it, and the order goes on to what is left.
#pragma once
#include "base/metrics.h"
#include "crypto/secret_bytes.h"
#include "net/bounce.h"
#include "net/mailbox.h"
#include "notify/addressing.h"
#include "notify/order_rows.h"

namespace alting::notify {

class Bounces {
 public:
  struct Needs {
    net::Mailbox* mailbox;  // nullptr: none is read
    store::Database& database;
    Addressing& addressing;
    const base::Clock& clock;
    base::Metrics& metrics;
    const crypto::SecretBytes& secret;
  };
  explicit Bounces(Needs needs) : with_(std::move(needs)) {}

  // Some of the mail that lies there: what was understood, and what is of no use, is removed. Answers how many.
  [[nodiscard]] std::int64_t read_some();

 private:
  // Whether the mail may go: not while a register cannot say whose address it was.
  [[nodiscard]] bool take(const net::Bounce& bounce);
  void count(std::string_view kind);
  Needs with_;
};

}  // namespace alting::notify
