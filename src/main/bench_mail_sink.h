// A mail server that takes all and keeps nothing, on a free port of this machine: it notes when each recipient's mail has
// been taken. Of the bench alone; it speaks no TLS (MailOptions::plain_to_loopback).
#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace alting::main {

class MailSink {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  MailSink();
  ~MailSink();
  MailSink(const MailSink&) = delete;
  MailSink& operator=(const MailSink&) = delete;
  [[nodiscard]] std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  // By address, of those that came since it was asked last to forget.
  [[nodiscard]] std::unordered_map<std::string, Moment> taken() const;
  [[nodiscard]] std::size_t count() const;
  void forget();

 private:
  void accept_all();
  void serve(int connection);
  int socket_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Moment> taken_;  // these with mutex_
  std::vector<int> connections_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace alting::main
