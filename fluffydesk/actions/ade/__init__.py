"""ICAR ADE (Animal Data Exchange) as JSON: animals, lactations, weights, milk and treatments.

The facts follow the schemas of ADE-1, release 1.4.1 (github.com/adewg/ICAR, 2024). What ADE has no
place for travels in a property of ours, `x-fluffydesk`, which others pass over.
"""
