"""The services of Innovoucher: registry, voucher and gateway, and what they stand on."""
