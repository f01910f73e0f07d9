"""WhatsApp alerting that obeys the platform's rules by itself."""
