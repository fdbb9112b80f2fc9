// What the lenses hide has a depth and no colour.
void main() {}
