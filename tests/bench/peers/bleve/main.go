// Bleve as a peer of the benchmark; the protocol is that of native.py.
//
// Text comes as terms between spaces. The time of an answer includes the building of the query, the search, the
// facets and the reading of the hits' stored fields.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"
)

const (
	topN           = 10
	batchSize      = 200
	maxFacetValues = 65_000
	maxLine        = 64 << 20
	terms          = "terms"
)

var (
	fields = []string{"title", "heading", "body", "label"}
	facets = []string{"tag", "category", "lang", "year", "month"}
	boosts = map[string]float64{"title": 4, "heading": 1.5, "body": 1, "label": 1.5}
)

type question struct {
	Text   string  `json:"text"`
	Tag    *string `json:"tag"`
	Detail string  `json:"detail"`
}

type answer struct {
	Total       uint64   `json:"total"`
	Paths       []string `json:"paths"`
	Tags        int      `json:"tags"`
	Nanoseconds int64    `json:"ns"`
}

func main() {
	command, path := os.Args[1], os.Args[2]
	if command == "index" {
		fmt.Printf("{\"indexed\": %d}\n", build(path))
		return
	}
	index, err := bleve.OpenUsing(path, map[string]interface{}{"read_only": true})
	check(err)
	if command == "query" {
		show(os.Stdout, search(index, []byte(os.Args[3])))
		return
	}
	fmt.Println() // says that the index is open
	for lines := scanner(); lines.Scan(); {
		show(os.Stdout, search(index, lines.Bytes()))
	}
}

func build(path string) int {
	index, err := bleve.New(path, indexMapping())
	check(err)
	indexed, batch := 0, index.NewBatch()
	for lines := scanner(); lines.Scan(); {
		var document map[string]interface{}
		check(json.Unmarshal(lines.Bytes(), &document))
		check(batch.Index(document["path"].(string), document))
		indexed++
		if batch.Size() == batchSize {
			check(index.Batch(batch))
			batch.Reset()
		}
	}
	check(index.Batch(batch))
	check(index.Close())
	return indexed
}

func indexMapping() mapping.IndexMapping {
	all := bleve.NewIndexMapping()
	check(all.AddCustomAnalyzer(terms, map[string]interface{}{"type": custom.Name, "tokenizer": whitespace.Name}))
	document := bleve.NewDocumentStaticMapping()
	add := func(name string, field *mapping.FieldMapping) {
		field.IncludeInAll = false
		document.AddFieldMappingsAt(name, field)
	}
	for _, name := range fields {
		add(name, &mapping.FieldMapping{Type: "text", Analyzer: terms, Index: true})
	}
	add("grams", &mapping.FieldMapping{Type: "text", Analyzer: terms, Index: true, SkipFreqNorm: true})
	for _, name := range facets {
		add(name, &mapping.FieldMapping{
			Type: "text", Analyzer: keyword.Name, Index: true, DocValues: true, SkipFreqNorm: true,
		})
	}
	for _, name := range []string{"shown", "text"} {
		add(name, &mapping.FieldMapping{Type: "text", Analyzer: keyword.Name, Store: true})
	}
	all.DefaultMapping = document
	return all
}

func search(index bleve.Index, line []byte) answer {
	var asked question
	check(json.Unmarshal(line, &asked))
	start := time.Now()
	request := bleve.NewSearchRequestOptions(parse(asked), topN, 0, false)
	request.Fields = []string{"shown"}
	if asked.Detail != "hits" {
		for _, name := range facets {
			request.AddFacet(name, bleve.NewFacetRequest(name, maxFacetValues))
		}
	}
	found, err := index.Search(request)
	check(err)
	result := answer{Total: found.Total, Paths: []string{}}
	for _, hit := range found.Hits {
		result.Paths = append(result.Paths, hit.ID)
	}
	if tags := found.Facets["tag"]; tags != nil {
		result.Tags = len(tags.Terms.Terms())
	}
	result.Nanoseconds = time.Since(start).Nanoseconds()
	return result
}

// parse returns a conjunction of the terms, each in any field, and of the tag, which does not score.
func parse(asked question) query.Query {
	must := []query.Query{}
	for _, term := range strings.Fields(asked.Text) {
		anyField := []query.Query{}
		for _, name := range fields {
			one := bleve.NewTermQuery(term)
			one.SetField(name)
			one.SetBoost(boosts[name])
			anyField = append(anyField, one)
		}
		must = append(must, bleve.NewDisjunctionQuery(anyField...))
	}
	if asked.Tag != nil {
		tag := bleve.NewTermQuery(*asked.Tag)
		tag.SetField("tag")
		tag.SetBoost(0)
		must = append(must, tag)
	}
	return bleve.NewConjunctionQuery(must...)
}

func scanner() *bufio.Scanner {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), maxLine)
	return lines
}

func show(out io.Writer, value answer) {
	text, err := json.Marshal(value)
	check(err)
	fmt.Fprintln(out, string(text))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
