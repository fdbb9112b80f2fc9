-- +goose Up
-- Nothing was ever kept there.

DROP TABLE meta;
