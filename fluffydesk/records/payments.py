"""Payments, invoices, donations and referrals."""
