"""Files get the names under which they ran: proposed, carried out, brought to an end."""
