//! A worker's connections, each under a number, and in which order they have last done something.
//!
//! The order is kept by two lists, of which the first in each is the first whose time is over: connections that are served, and those
//! that are only waited for until the client has noticed. A connection that has done something moves to the end of its list,
//! at most once a tick.

use crate::connection::Connection;

/// In which list a connection is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum List {
    Served,
    Lingering,
}

/// Which connection: its place, and how many have been there before. So an event for one that has gone is for none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Token {
    place: u32,
    generation: u32,
}

impl Token {
    /// As a number that comes with events. The numbers below 2^32 are no connection's.
    pub(crate) fn to_data(self) -> u64 {
        u64::from(self.generation) << 32 | u64::from(self.place)
    }

    pub(crate) fn from_data(data: u64) -> Token {
        Token {
            place: data as u32,
            generation: (data >> 32) as u32,
        }
    }
}

/// No place.
const NONE: u32 = u32::MAX;

struct Place {
    connection: Option<Connection>,
    generation: u32,
    /// In the list; of a free place, `next` is the next free one.
    previous: u32,
    next: u32,
    list: List,
    /// When it last did something.
    tick: u64,
}

#[derive(Default)]
pub(crate) struct Table {
    places: Vec<Place>,
    lists: [Option<(u32, u32)>; 2],
    free: Option<u32>,
    length: usize,
}

impl Table {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    pub(crate) fn insert(&mut self, connection: Connection, tick: u64) -> Token {
        let place = match self.free {
            Some(place) => {
                let next = self.places[place as usize].next;
                self.free = (next != NONE).then_some(next);
                place
            }
            None => {
                self.places.push(Place {
                    connection: None,
                    generation: 0,
                    previous: NONE,
                    next: NONE,
                    list: List::Served,
                    tick,
                });
                self.places.len() as u32 - 1
            }
        };
        let new = &mut self.places[place as usize];
        new.connection = Some(connection);
        new.generation = new.generation.wrapping_add(1).max(1);
        new.tick = tick;
        let generation = new.generation;
        self.length += 1;
        self.append(place, List::Served);
        Token { place, generation }
    }

    pub(crate) fn get(&mut self, token: Token) -> Option<&mut Connection> {
        let place = self.places.get_mut(token.place as usize)?;
        place
            .connection
            .as_mut()
            .filter(|_| place.generation == token.generation)
    }

    pub(crate) fn remove(&mut self, token: Token) -> Option<Connection> {
        self.get(token)?;
        self.unlink(token.place);
        let place = &mut self.places[token.place as usize];
        place.next = self.free.unwrap_or(NONE);
        self.free = Some(token.place);
        self.length -= 1;
        place.connection.take()
    }

    /// The connection has done something.
    pub(crate) fn touch(&mut self, token: Token, list: List, tick: u64) {
        let place = &mut self.places[token.place as usize];
        if (place.list, place.tick) != (list, tick) {
            place.tick = tick;
            self.unlink(token.place);
            self.append(token.place, list);
        }
    }

    /// The connection of a list that has done nothing for the longest time, and since when.
    pub(crate) fn first(&self, list: List) -> Option<(Token, u64)> {
        let (place, _) = self.lists[list as usize]?;
        let first = &self.places[place as usize];
        let generation = first.generation;
        Some((Token { place, generation }, first.tick))
    }

    pub(crate) fn tokens(&self) -> Vec<Token> {
        let places = self.places.iter().zip(0..);
        let taken = places.filter(|(place, _)| place.connection.is_some());
        taken
            .map(|(place, number)| Token {
                place: number,
                generation: place.generation,
            })
            .collect()
    }

    fn append(&mut self, place: u32, list: List) {
        let ends = &mut self.lists[list as usize];
        let last = ends.map_or(NONE, |(_, last)| last);
        *ends = Some((ends.map_or(place, |(first, _)| first), place));
        if last != NONE {
            self.places[last as usize].next = place;
        }
        let new = &mut self.places[place as usize];
        (new.previous, new.next, new.list) = (last, NONE, list);
    }

    fn unlink(&mut self, place: u32) {
        let Place {
            previous,
            next,
            list,
            ..
        } = self.places[place as usize];
        if previous != NONE {
            self.places[previous as usize].next = next;
        }
        if next != NONE {
            self.places[next as usize].previous = previous;
        }
        let ends = &mut self.lists[list as usize];
        if let Some((first, last)) = *ends {
            let first = if first == place { next } else { first };
            let last = if last == place { previous } else { last };
            *ends = (first != NONE).then_some((first, last));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection() -> Connection {
        Connection::new(std::fs::File::open("/dev/null").unwrap().into())
    }

    #[test]
    fn a_place_is_taken_again_under_another_number() {
        let mut table = Table::default();
        let first = table.insert(connection(), 0);
        assert!(table.remove(first).is_some());
        assert!(table.remove(first).is_none());
        let second = table.insert(connection(), 0);
        assert_eq!((first.place, table.places.len()), (second.place, 1));
        assert!(table.get(first).is_none() && table.get(second).is_some());
        assert_eq!(Token::from_data(second.to_data()), second);
        assert!(first.to_data() > u64::from(u32::MAX));
    }

    #[test]
    fn who_did_nothing_longest_is_first() {
        let mut table = Table::default();
        let [one, two, three] = [0, 0, 1].map(|tick| table.insert(connection(), tick));
        table.touch(one, List::Served, 2);
        assert_eq!(table.first(List::Served), Some((two, 0)));
        table.touch(two, List::Lingering, 2);
        assert_eq!(table.first(List::Served), Some((three, 1)));
        assert_eq!(table.first(List::Lingering), Some((two, 2)));
        table.remove(three);
        assert_eq!(table.first(List::Served), Some((one, 2)));
        table.remove(one);
        assert_eq!((table.first(List::Served), table.len()), (None, 1));
        let four = table.insert(connection(), 3);
        assert_eq!(table.first(List::Served), Some((four, 3)));
        table.remove(two);
        assert_eq!(table.first(List::Lingering), None);
        // It goes to the other list in the tick in which it came, too.
        table.touch(four, List::Lingering, 3);
        assert_eq!(table.first(List::Lingering), Some((four, 3)));
        assert_eq!(table.first(List::Served), None);
        assert_eq!(table.tokens(), [four]);
    }
}
