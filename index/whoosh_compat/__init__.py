"""Our segments behind the interfaces of stock Whoosh."""
