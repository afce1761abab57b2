// The certificate and key that TLS is spoken with, read from their files and read again when those change.
#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/bytes.h"

struct ssl_st;  // OpenSSL's SSL

namespace boost::asio::ssl {
class context;
}

namespace alting::web {

class TlsFiles {
 public:
  // Throws boost::system::system_error when they cannot be used. `ask`: ServerOptions::ask_client_certificate.
  TlsFiles(std::filesystem::path certificate, std::filesystem::path key, bool ask);
  ~TlsFiles();
  // For a new connection, which keeps what it began with.
  [[nodiscard]] std::shared_ptr<boost::asio::ssl::context> current() const;
  // Reads them again when they have changed since the last try, or in any case when `always`. What cannot be used (half
  // of a pair that is being replaced) is told in the log, and what was read before stays.
  void reload(bool always);

 private:
  [[nodiscard]] std::string stamp() const;  // says that a file is another
  std::filesystem::path certificate_, key_;
  bool ask_;
  mutable std::mutex mutex_;
  std::shared_ptr<boost::asio::ssl::context> current_;
  std::string tried_;
};

// What the client of a finished handshake proved and sent along, DER, its own certificate first; at most max_chain
// (web/client_certificate.h). Empty when it showed none.
[[nodiscard]] std::vector<base::Bytes> certificates_of(ssl_st* tls);

}  // namespace alting::web
