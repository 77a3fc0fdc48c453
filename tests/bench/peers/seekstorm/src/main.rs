//! SeekStorm as a peer of the benchmark; the protocol is that of `native.py`.
//!
//! Text is segmented by SeekStorm itself. The time of an answer includes the parsing of the query, the search, the
//! facets and the reading of the hits' stored fields, with highlighted fragments where they are asked for.

use std::collections::HashSet;
use std::io::{BufRead, Write, stdin, stdout};
use std::path::Path;
use std::time::Instant;

use seekstorm::highlighter::{Highlight, highlighter};
use seekstorm::index::{
    AccessType, Close, Clustering, Document, DocumentCompression, FileType, FrequentwordType, IndexArc,
    IndexDocument, IndexMetaObject, LexicalSimilarity, NgramSet, StemmerType, StopwordType, TokenizerType,
    create_index, open_index,
};
use seekstorm::search::{FacetFilter, QueryFacet, QueryRewriting, QueryType, ResultType, Search, SearchMode};
use seekstorm::vector::Inference;
use serde_json::{Value, json};

const TOP_N: usize = 10;
const SCHEMA: &str = r#"[
{"field":"path","field_type":"Text","store":true,"index_lexical":false},
{"field":"title","field_type":"Text","store":true,"index_lexical":true,"boost":4.0},
{"field":"text","field_type":"Text","store":true,"index_lexical":true,"longest":true},
{"field":"label","field_type":"Text","store":false,"index_lexical":true,"boost":1.5},
{"field":"tag","field_type":"StringSet32","store":false,"index_lexical":false,"facet":true},
{"field":"category","field_type":"StringSet32","store":false,"index_lexical":false,"facet":true},
{"field":"lang","field_type":"String32","store":false,"index_lexical":false,"facet":true},
{"field":"year","field_type":"String32","store":false,"index_lexical":false,"facet":true},
{"field":"month","field_type":"String32","store":false,"index_lexical":false,"facet":true}]"#;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let index = Path::new(&arguments[2]);
    match arguments[1].as_str() {
        "index" => println!("{}", json!({"indexed": build(index).await})),
        "query" => println!("{}", answer(&open_index(index).await.unwrap(), &arguments[3]).await),
        _ => serve(&open_index(index).await.unwrap()).await,
    }
}

async fn build(index: &Path) -> usize {
    std::fs::create_dir_all(index).unwrap();
    let schema = serde_json::from_str(SCHEMA).unwrap();
    let index_arc = create_index(index, meta(), &schema, &Vec::new(), true, None).await.unwrap();
    let mut indexed = 0;
    for line in stdin().lock().lines() {
        let document: Document = serde_json::from_str(&line.unwrap()).unwrap();
        index_arc.index_document(document, FileType::None).await;
        indexed += 1;
    }
    index_arc.close().await; // commits first
    indexed
}

fn meta() -> IndexMetaObject {
    IndexMetaObject {
        id: 0,
        name: "peer".into(),
        lexical_similarity: LexicalSimilarity::Bm25f,
        tokenizer: TokenizerType::UnicodeAlphanumericZH,
        stemmer: StemmerType::None,
        stop_words: StopwordType::None,
        frequent_words: FrequentwordType::None,
        ngram_indexing: NgramSet::SingleTerm as u8,
        document_compression: DocumentCompression::Snappy,
        access_type: AccessType::Mmap,
        spelling_correction: None,
        query_completion: None,
        clustering: Clustering::None,
        inference: Inference::None,
        segment_number_bits: 11,
    }
}

/// Answer the question of each line of stdin, until it ends. An empty line first says that the index is open.
async fn serve(index: &IndexArc) {
    println!();
    stdout().flush().unwrap();
    for line in stdin().lock().lines() {
        println!("{}", answer(index, &line.unwrap()).await);
        stdout().flush().unwrap();
    }
}

async fn answer(index: &IndexArc, question: &str) -> Value {
    let question: Value = serde_json::from_str(question).unwrap();
    let text = question["text"].as_str().unwrap().to_string();
    let detail = question["detail"].as_str().unwrap();
    let start = Instant::now();
    let filter = match question["tag"].as_str() {
        Some(tag) => vec![FacetFilter::StringSet32 { field: "tag".into(), filter: vec![tag.into()] }],
        None => Vec::new(),
    };
    let facets = if detail == "hits" { Vec::new() } else { facets() };
    let found = index
        .search(
            text,
            None,
            QueryType::Intersection,
            SearchMode::Lexical,
            false,
            0,
            TOP_N,
            ResultType::TopkCount,
            false,
            Vec::new(),
            facets,
            filter,
            Vec::new(),
            QueryRewriting::SearchOnly,
        )
        .await;
    let highlights = match detail {
        "excerpts" => Some(highlighter(index, vec![fragments()], found.query_terms.clone()).await),
        _ => None,
    };
    let fields: HashSet<String> = match detail {
        "excerpts" => ["path", "title", "text"].map(String::from).into(),
        _ => ["path", "title"].map(String::from).into(),
    };
    let opened = index.read().await;
    let mut paths = Vec::new();
    for hit in &found.results {
        let document = opened.get_document(hit.doc_id, false, &highlights, &fields, &Vec::new()).await.unwrap();
        paths.push(document["path"].clone());
    }
    let nanoseconds = start.elapsed().as_nanos() as u64;
    let tags = found.facets.get("tag").map_or(0, |values| values.len());
    json!({"total": found.result_count_total, "paths": paths, "tags": tags, "ns": nanoseconds})
}

fn facets() -> Vec<QueryFacet> {
    let set = |field: &str| QueryFacet::StringSet32 { field: field.into(), prefix: String::new(), length: u32::MAX };
    let one = |field: &str| QueryFacet::String32 { field: field.into(), prefix: String::new(), length: u32::MAX };
    vec![set("tag"), set("category"), one("lang"), one("year"), one("month")]
}

fn fragments() -> Highlight {
    Highlight {
        field: "text".into(),
        fragment_number: 2,
        fragment_size: 160,
        highlight_markup: true,
        ..Default::default()
    }
}
